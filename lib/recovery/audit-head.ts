import { sign, verify } from "node:crypto";
import type { AuditHead } from "@/lib/generated/prisma/client";
import { DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { auditKey } from "./audit-key";

const EAT_AHEAD_MS = 3 * HOUR_MS;

/** Midnight UTC of the date it is in East Africa, as a DATE column keeps it. */
export function eatDayOf(at: Date): Date {
  return new Date(Math.floor((at.getTime() + EAT_AHEAD_MS) / DAY_MS) * DAY_MS);
}

/** What a head's signature covers. The signature before it is part of it, so no head can be taken out. */
function textOf(
  head: Pick<AuditHead, "day" | "position" | "hash" | "signedAt">,
  previousSignature: string,
): Buffer {
  const { day, position, hash, signedAt } = head;
  const parts = [day.toISOString().slice(0, 10), String(position), hash];
  return Buffer.from(JSON.stringify([...parts, String(signedAt.getTime()), previousSignature]));
}

/** A head with its signature. */
export function signedHead(
  head: Pick<AuditHead, "day" | "position" | "hash" | "signedAt">,
  previous: Pick<AuditHead, "signature"> | null,
): AuditHead {
  const { privateKey, id } = auditKey();
  const signature = sign(null, textOf(head, previous?.signature ?? ""), privateKey);
  return { ...head, signature: signature.toString("base64"), keyId: id };
}

/** False when our key signed something else. A head of a key we no longer have cannot be told here. */
export function isHeadGenuine(
  head: AuditHead,
  previous: Pick<AuditHead, "signature"> | null,
): boolean {
  const { publicKey, id } = auditKey();
  if (head.keyId !== id) return true;
  const text = textOf(head, previous?.signature ?? "");
  return verify(null, text, publicKey, Buffer.from(head.signature, "base64"));
}
