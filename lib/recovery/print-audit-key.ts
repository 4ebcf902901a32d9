/** `npm run audit-key`: the public key that `npm run verify-books` checks the audit log's heads with. */
import { auditKey } from "./audit-key";

const { publicText, id } = auditKey();
process.stdout.write(`${publicText}   (key ${id})\n`);
