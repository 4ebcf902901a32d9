import type { Ctx } from "@/lib/context";
import { newId } from "@/lib/kit/ids";
import { postMovement } from "@/lib/ledger/post-movement";

type Lines = Parameters<typeof postMovement>[1]["lines"];

/** Posts a movement that nothing stands for. */
export async function postAgain(ctx: Ctx, lines: Lines): Promise<void> {
  await postMovement(ctx.db, {
    merchantId: ctx.merchantId,
    kind: "planted",
    ref: newId("movement"),
    now: ctx.now(),
    lines,
  });
}
