import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

import forge from "node-forge";

import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SettingsStore } from "@/sandbox/settings";

type KeyDeps = {
  clock: SandboxClock;
  settings: SettingsStore;
  given: { privateKeyPem?: string | undefined; certificatePem?: string | undefined };
};

const COMMON_NAME = "apicrypt.simulated";
const YEAR_MS = 365 * 86_400_000;

// Made once per process, on first need: it takes a noticeable moment, and no test cares which it is.
let ownPrivateKey: KeyObject | undefined;

/** The pair of keys that operator passwords are encrypted with: given ones, or its own. */
export class ProviderKeys {
  #certificates = new Map<boolean, string>();
  #given: KeyObject | undefined;

  constructor(readonly deps: KeyDeps) {}

  get privateKey(): KeyObject {
    const { privateKeyPem } = this.deps.given;
    if (privateKeyPem !== undefined) return (this.#given ??= createPrivateKey(privateKeyPem));
    ownPrivateKey ??= generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    return ownPrivateKey;
  }

  /** The certificate with the public key, as PEM. */
  get certificatePem(): string {
    if (this.deps.given.certificatePem !== undefined) return this.deps.given.certificatePem;
    const isExpired = this.deps.settings.current.certificateExpired;
    const made = this.#certificates.get(isExpired) ?? this.#sign(isExpired);
    this.#certificates.set(isExpired, made);
    return made;
  }

  #sign(isExpired: boolean): string {
    const nowMs = this.deps.clock.nowMs();
    const startMs = isExpired ? nowMs - 10 * YEAR_MS : nowMs - 86_400_000;
    const publicKey = createPublicKey(this.privateKey).export({ type: "spki", format: "pem" });
    const privateKey = this.privateKey.export({ type: "pkcs8", format: "pem" });
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.toString());
    certificate.serialNumber = "01";
    certificate.validity.notBefore = new Date(startMs);
    certificate.validity.notAfter = new Date(startMs + 2 * YEAR_MS);
    const subject = [{ name: "commonName", value: COMMON_NAME }];
    certificate.setSubject(subject);
    certificate.setIssuer(subject);
    certificate.sign(forge.pki.privateKeyFromPem(privateKey.toString()), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
  }
}
