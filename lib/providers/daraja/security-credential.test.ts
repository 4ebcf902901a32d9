import { constants, createPublicKey, generateKeyPairSync, privateDecrypt } from "node:crypto";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { makeSecurityCredential } from "./security-credential";

const PASSWORD = "Malipo#Demo1";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const certificatePem = certificate();
const certificateDer = Buffer.from(certificatePem.replace(/-----.*-----|\s/g, ""), "base64");

/** A certificate like the ones in use: it ran out years ago. */
function certificate(): string {
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicPem);
  made.serialNumber = "01";
  made.validity.notBefore = new Date("2014-01-01T00:00:00Z");
  made.validity.notAfter = new Date("2016-01-01T00:00:00Z");
  const subject = [{ name: "commonName", value: "apicrypt.simulated" }];
  made.setSubject(subject);
  made.setIssuer(subject);
  made.sign(forge.pki.privateKeyFromPem(privatePem), forge.md.sha256.create());
  return forge.pki.certificateToPem(made);
}

/** Undoes the padding by hand, so that no other padding is taken for the right one. */
function decrypted(credential: string): string {
  const padding = constants.RSA_NO_PADDING;
  const block = privateDecrypt(
    { key: privateKey, padding },
    Buffer.from(credential, "base64"),
  ).toString("latin1");
  const match = /^\0\x02[^\0]{8,}\0([\s\S]*)$/.exec(block);
  if (!match) throw new Error("this is not the first version's padding");
  return Buffer.from(match[1] ?? "", "latin1").toString("utf8");
}

describe("the security credential", () => {
  test.each<[name: string, file: string | Buffer]>([
    ["a certificate in PEM", certificatePem],
    ["one with Windows line ends and a mark in front", `\uFEFF${certificatePem}\r\n`],
    ["one with words around it", `subject=CN apicrypt\n${certificatePem}\nthe end`],
    ["one read as bytes", Buffer.from(certificatePem)],
    ["a certificate in DER", certificateDer],
    ["DER in Base64", certificateDer.toString("base64")],
    ["DER in Base64, read as bytes", Buffer.from(certificateDer.toString("base64"))],
    ["a public key in PEM", publicPem],
    ["a public key in the older PEM", publicKey.export({ type: "pkcs1", format: "pem" })],
    ["a public key in DER", publicKey.export({ type: "spki", format: "der" })],
  ])("can be read by the provider, made with %s", (_name, file) => {
    const credential = makeSecurityCredential({ password: PASSWORD, certificatePem: file });
    expect(credential).toMatch(/^[0-9A-Za-z+/]{342}==$/);
    expect(decrypted(credential)).toBe(PASSWORD);
  });

  test.each(["Pass#word%1$&", " spaces count ", "pässwörd", "x".repeat(245)])(
    "holds the password %j, byte for byte",
    (password) => {
      expect(decrypted(makeSecurityCredential({ password, certificatePem }))).toBe(password);
    },
  );

  test("is another one every time", () => {
    const make = () => makeSecurityCredential({ password: PASSWORD, certificatePem });
    expect(make()).not.toBe(make());
  });

  test.each<
    [name: string, input: { password?: string; certificatePem?: string | Buffer }, says: RegExp]
  >([
    ["an empty password", { password: "" }, /password is empty/],
    ["an endless password", { password: "x".repeat(246) }, /too long/],
    ["an empty file", { certificatePem: "" }, /cannot be read/],
    ["no bytes", { certificatePem: Buffer.alloc(0) }, /cannot be read/],
    ["words", { certificatePem: "my certificate" }, /cannot be read/],
    ["a page", { certificatePem: "<html>sign in</html>" }, /cannot be read/],
    ["half a certificate", { certificatePem: certificatePem.slice(0, 400) }, /cannot be read/],
    ["half the bytes", { certificatePem: certificateDer.subarray(0, 300) }, /cannot be read/],
    ["a private key", { certificatePem: privatePem }, /private key/],
    [
      "an older private key",
      { certificatePem: privateKey.export({ type: "pkcs1", format: "pem" }) },
      /private key/,
    ],
    ["a key of another kind", { certificatePem: ellipticKey() }, /not an RSA key/],
  ])("is not made with %s, and the error keeps the password", (_name, input, says) => {
    const password = input.password ?? PASSWORD;
    const make = () => makeSecurityCredential({ certificatePem, ...input, password });
    expect(make).toThrow(says);
    if (password !== "") expect(make).not.toThrow(password);
  });

  function ellipticKey(): string {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return createPublicKey(pair.privateKey).export({ type: "spki", format: "pem" }).toString();
  }
});
