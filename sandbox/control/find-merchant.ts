import type { Merchant } from "@/sandbox/pesavoucher/merchants";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";

/** The merchant with this id; without one, the shop under test. Refuses an id nobody has. */
export function findMerchant(world: World, id: string | undefined): Merchant {
  const merchant = id === undefined ? world.merchants.own : world.merchants.byId(id);
  if (!merchant) throw new ControlError(404, `no merchant ${id}`);
  return merchant;
}
