import { z } from "zod";
import { InvalidInputError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { LIMITS } from "@/lib/recovery/statement-file/limits";
import { previewStatement } from "@/lib/recovery/statements/preview-statement";

/** Takes a statement file and shows what it says; nothing is booked yet. */
export const POST = withApi({
  route: "POST /dashboard/statements/upload",
  who: "staff",
  body: z.object({}),
  fileBytesMax: LIMITS.fileBytes,
  form: { name: "statement", back: () => "/dashboard/statements" },
  handle: async ({ ctx, file, fromForm }) => {
    if (!file) throw new InvalidInputError({ file: "not_chosen" });
    const { statementId, isNew } = await previewStatement(ctx, {
      fileName: file.name,
      bytes: file.bytes,
    });
    const page = `/dashboard/statements/${statementId}`;
    return fromForm
      ? seeOther(isNew ? page : `${page}?notice=known`)
      : jsonAnswer({ statement_id: statementId, is_new: isNew });
  },
});
