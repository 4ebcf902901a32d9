import { generateKeyPair } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const COMMON_NAME = "apicrypt.simulated";
const YEARS = 10;

/** Where the simulated gateway's pair is in `folder`, made or not. */
export function simulatedCertificateFiles(folder) {
  const own = path.join(folder, "simulated-gateway");
  return { keyFile: path.join(own, "key.pem"), certificateFile: path.join(own, "certificate.pem") };
}

/**
 * The private key of the simulated gateway and the certificate that belongs to it, in `folder`: made once,
 * and the same for everybody who asks at the same time. Needs the installed packages.
 */
export async function ensureSimulatedCertificate(folder) {
  const files = simulatedCertificateFiles(folder);
  if (!existsSync(files.certificateFile)) await makePair(folder, path.dirname(files.keyFile));
  return files;
}

/** Both files appear together: a folder is renamed at once, and only where there is none yet. */
async function makePair(folder, place) {
  const { key, certificate } = await signCertificate();
  // Passable, as scripts/lib/secrets.mjs leaves it; the key is closed by itself.
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const draft = mkdtempSync(`${place}-`);
  try {
    writeFileSync(path.join(draft, "key.pem"), key, { mode: 0o600 });
    writeFileSync(path.join(draft, "certificate.pem"), certificate, { mode: 0o644 });
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Somebody else's was there first, and is as good.
    if (!existsSync(path.join(place, "certificate.pem"))) throw error;
  }
}

async function signCertificate() {
  // Loaded late: a fresh clone reads this file before anything is installed.
  const { default: forge } = await import("node-forge");
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = "01";
  const from = new Date();
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = new Date(new Date(from).setFullYear(from.getFullYear() + YEARS));
  const name = [{ name: "commonName", value: COMMON_NAME }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
  return { key: privateKey, certificate: pem };
}
