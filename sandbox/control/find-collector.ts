import type { DarajaAccount } from "@/sandbox/daraja/accounts";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";

/** The PayBill or till with this shortcode; without one, that of the shop under test. */
export function findCollector(world: World, shortcode: string | undefined): DarajaAccount {
  const wanted = shortcode ?? world.darajaAccounts.credentials.shortcode;
  const account = world.darajaAccounts.byShortcode(wanted);
  if (!account) throw new ControlError(404, `no PayBill or till has the shortcode ${wanted}`);
  return account;
}
