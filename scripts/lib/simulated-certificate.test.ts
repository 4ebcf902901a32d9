import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureSimulatedCertificate, simulatedCertificateFiles } from "./simulated-certificate.mjs";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "malipo-certificate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function pair(files: { keyFile: string; certificateFile: string }) {
  return {
    key: createPrivateKey(readFileSync(files.keyFile)),
    certificate: new X509Certificate(readFileSync(files.certificateFile)),
  };
}

describe("the pair of the simulated gateway", () => {
  test("belongs together: RSA of 2048 bits, signed by its own key", async () => {
    const { key, certificate } = pair(await ensureSimulatedCertificate(folder));
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.verify(createPublicKey(key))).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
    expect(certificate.subject).toBe("CN=apicrypt.simulated");
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 9 * 365 * 86_400_000);
  });

  test("is readable by its owner alone where it is secret", async () => {
    const { keyFile } = await ensureSimulatedCertificate(folder);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  test("is made once: whoever comes later finds the same files", async () => {
    const first = await ensureSimulatedCertificate(folder);
    const before = readFileSync(first.keyFile, "utf8");
    const second = await ensureSimulatedCertificate(folder);
    expect(second).toEqual(first);
    expect(second).toEqual(simulatedCertificateFiles(folder));
    expect(readFileSync(second.keyFile, "utf8")).toBe(before);
  });

  test("asked for by five at the same moment is one pair, and nothing is left lying about", async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, () => ensureSimulatedCertificate(folder)),
    );
    const [files = simulatedCertificateFiles(folder)] = all;
    const { key, certificate } = pair(files);
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(readdirSync(folder)).toEqual(["simulated-gateway"]);
  });

  test("is made in a folder that is not there yet", async () => {
    const { keyFile } = await ensureSimulatedCertificate(path.join(folder, "new"));
    expect(statSync(keyFile).isFile()).toBe(true);
  });
});
