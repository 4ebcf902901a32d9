import type { z } from "zod";

import { OUTSIDE } from "@/sandbox/mpesa-books";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import type { organisationFundsSchema } from "./payout-schemas";
import { viewOrganisations, type OrganisationView } from "./view-organisations";

/** Brings an organisation's accounts to these balances, from outside or back there. */
export function setOrganisationFunds(
  world: World,
  input: z.output<typeof organisationFundsSchema>,
): OrganisationView {
  const shortcode = input.shortcode ?? world.darajaAccounts.credentials.payoutShortcode;
  if (!world.darajaAccounts.organisation(shortcode)) {
    throw new ControlError(404, `no organisation ${shortcode}`);
  }
  bringTo(world, `utility:${shortcode}`, input.utilityCents);
  bringTo(world, `working:${shortcode}`, input.workingCents);
  const view = viewOrganisations(world).find((found) => found.shortcode === shortcode);
  if (!view) throw new ControlError(404, `no organisation ${shortcode}`);
  return view;
}

function bringTo(world: World, account: string, balanceCents: bigint | undefined): void {
  if (balanceCents === undefined) return;
  const missingCents = balanceCents - world.mpesaBooks.balanceOf(account).balanceCents;
  const isMore = missingCents >= 0n;
  world.mpesaBooks.transfer({
    atMs: world.clock.nowMs(),
    kind: "adjusted",
    from: isMore ? OUTSIDE : account,
    to: isMore ? account : OUTSIDE,
    amountCents: isMore ? missingCents : -missingCents,
    receipt: null,
    reference: null,
  });
}
