import { constants, privateDecrypt } from "node:crypto";

import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaDirectory } from "./accounts";
import type { ProviderKeys } from "./key-pair";

type OperatorDeps = { directory: DarajaDirectory; keys: ProviderKeys; settings: SettingsStore };

const REMEMBERED_MAX = 10_000;

/** Who may act in an organisation's name: an operator with a password, locked after too many wrong ones. */
export class Operators {
  #wrongTries = new Map<string, number>();
  #decrypted = new Map<string, string | undefined>();

  constructor(readonly deps: OperatorDeps) {}

  /**
   * The result code that stops this request, or undefined when the operator may ask. A credential
   * that cannot be read counts as a wrong password.
   */
  refusalOf(request: {
    shortcode: string;
    initiator: string;
    securityCredential: string;
  }): "2001" | "8006" | undefined {
    const operator = this.deps.directory.operatorOf(request.shortcode);
    if (operator?.initiator !== request.initiator) return "2001";
    const key = `${request.shortcode} ${request.initiator}`;
    const wrongTries = this.#wrongTries.get(key) ?? 0;
    if (wrongTries >= this.deps.settings.current.initiatorTries) return "8006";
    if (this.#decrypt(request.securityCredential) === operator.initiatorPassword) {
      this.#wrongTries.delete(key);
      return undefined;
    }
    this.#wrongTries.set(key, wrongTries + 1);
    return "2001";
  }

  /** Forgets every wrong password. Returns how many operators were locked. */
  unlock(): number {
    const { initiatorTries } = this.deps.settings.current;
    const locked = [...this.#wrongTries.values()].filter((tries) => tries >= initiatorTries);
    this.#wrongTries.clear();
    return locked.length;
  }

  /** One credential may be sent thousands of times, so what it says is remembered. */
  #decrypt(securityCredential: string): string | undefined {
    if (this.#decrypted.has(securityCredential)) return this.#decrypted.get(securityCredential);
    if (this.#decrypted.size >= REMEMBERED_MAX) this.#decrypted.clear();
    const password = this.#readCredential(securityCredential);
    this.#decrypted.set(securityCredential, password);
    return password;
  }

  #readCredential(securityCredential: string): string | undefined {
    const key = this.deps.keys.privateKey;
    const encrypted = Buffer.from(securityCredential, "base64");
    try {
      return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encrypted).toString(
        "utf8",
      );
    } catch {
      return undefined;
    }
  }
}
