import { receiptDate, type SeededIds } from "@/sandbox/kit/ids";
import { toCompactTime } from "@/sandbox/kit/nairobi-time";

/** `AG_20261121_` and twenty hex digits: what the provider calls a request of its own making. */
export function conversationIdOf(ids: SeededIds, nowMs: number): string {
  const hex = ids.uuid().replaceAll("-", "").slice(0, 20);
  return `AG_${toCompactTime(nowMs).slice(0, 8)}_${hex}`;
}

/** `UKL0000000`: the date of a receipt and zeros, where no money has moved. */
export function emptyReceiptOf(nowMs: number): string {
  return `${receiptDate(nowMs)}0000000`;
}
