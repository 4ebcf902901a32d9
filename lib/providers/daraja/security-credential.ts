import { constants, createPublicKey, publicEncrypt, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";

const PADDING_BYTES = 11;

/**
 * The operator's password, encrypted for the provider with the public key of its certificate (X.509 or a
 * bare public key, as PEM, as DER or as DER in Base64). The certificate's dates are not looked at, for
 * the ones in use have long run out. Two runs differ; either result may be used again and again.
 */
export function makeSecurityCredential(input: {
  password: string;
  certificatePem: string | Buffer;
}): string {
  const password = Buffer.from(input.password, "utf8");
  if (password.length === 0) throw new Error("The operator's password is empty.");
  const key = readPublicKey(input.certificatePem);
  if (key.asymmetricKeyType !== "rsa") {
    throw new Error("The certificate's key is not an RSA key, which M-Pesa's certificates have.");
  }
  const keyBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  if (password.length > keyBytes - PADDING_BYTES) {
    throw new Error("The operator's password is too long to be encrypted.");
  }
  const padding = constants.RSA_PKCS1_PADDING;
  return publicEncrypt({ key, padding }, password).toString("base64");
}

function readPublicKey(file: string | Buffer): KeyObject {
  const text = (typeof file === "string" ? file : file.toString("latin1")).trim();
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new Error("This file holds a private key. Give M-Pesa's certificate instead.");
  }
  const isPem = text.includes("-----BEGIN ");
  const der = typeof file === "string" ? Buffer.from(text, "base64") : file;
  const key = isPem
    ? (certificateKey(text) ?? bareKey({ key: text, format: "pem" }))
    : (certificateKey(der) ??
      bareKey({ key: der, format: "der", type: "spki" }) ??
      // A file of Base64 without the lines around it.
      certificateKey(Buffer.from(text, "base64")));
  if (!key) throw new Error("This file cannot be read as M-Pesa's certificate.");
  return key;
}

function certificateKey(file: string | Buffer): KeyObject | null {
  try {
    return new X509Certificate(file).publicKey;
  } catch {
    return null;
  }
}

function bareKey(input: Parameters<typeof createPublicKey>[0]): KeyObject | null {
  try {
    return createPublicKey(input);
  } catch {
    return null;
  }
}
