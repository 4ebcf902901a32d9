import type { ForgeReversalResultInput } from "@/sandbox/control/reversal-control";
import type { Reversal } from "@/sandbox/daraja/reversal";
import { callbacksWorked } from "./mpesa";
import type { Shop } from "./shop";

/** Posts a body to an address of ours, and waits until it is worked. */
export async function postToShop(shop: Shop, url: string, body: unknown): Promise<void> {
  await shop.sandbox.control.forgeCallback({ url, body: JSON.stringify(body) });
  await callbacksWorked(shop);
}

/** Tells how a reversal ended at its own address, done unless changed, and waits until it is worked. */
export async function tellResult(
  shop: Shop,
  reversal: Reversal,
  changes: Partial<ForgeReversalResultInput> = {},
): Promise<void> {
  await shop.sandbox.control.sendForgedReversalResult({
    url: reversal.resultUrl,
    originatorConversationId: reversal.originatorConversationId,
    conversationId: reversal.conversationId,
    originalReceipt: reversal.originalReceipt,
    amountCents: reversal.amountCents,
    receipt: reversal.receipt ?? undefined,
    ...changes,
  });
  await callbacksWorked(shop);
}

/** Answers a look-up at the refund's own address, with this code and naming what the parameters name. */
export async function tellStatus(
  shop: Shop,
  reversal: Pick<Reversal, "resultUrl">,
  parameters: Readonly<Record<string, unknown>>,
  { code = "0", text = "said" }: { code?: string; text?: string } = {},
): Promise<void> {
  await postToShop(shop, reversal.resultUrl.replace("/reversal/", "/status/"), {
    Result: {
      ...{ ResultType: 0, ResultCode: code, ResultDesc: text },
      ResultParameters: {
        ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })),
      },
    },
  });
}
