import { getTranslations } from "next-intl/server";
import { messageKindKey, readAccount } from "./case-words";

/** Names messages of providers in words; one that has none is shown as it is. */
export async function messageNamer(): Promise<(message: Told) => string> {
  const t = await getTranslations("caseFile");
  return ({ provider, kind }) => {
    const key = messageKindKey(kind);
    return key ? t(`messageKinds.${key}`) : `${provider} ${kind}`;
  };
}

interface Told {
  readonly provider: string;
  readonly kind: string;
}

/** Names accounts of the books in words; one that has none is shown as it is. */
export async function accountNamer(): Promise<(account: string) => string> {
  const [t, methods] = await Promise.all([getTranslations("caseFile"), getTranslations("methods")]);
  const ofProvider = (owner: string) => {
    const [name = "", shortcode] = owner.split(":", 2);
    const known = name === "mpesa" || name === "pesavoucher" ? methods(name) : name;
    return [known, shortcode].filter(Boolean).join("\u00a0");
  };
  return (account) => {
    const { key, owner } = readAccount(account);
    return key ? t(`accounts.${key}`, { owner: ofProvider(owner) }) : account;
  };
}
