import type { World } from "@/sandbox/world";

export type OrganisationView = {
  shortcode: string;
  name: string;
  utilityCents: bigint;
  workingCents: bigint;
  /** Zero or less: what payouts have cost. */
  chargesCents: bigint;
  paidOutCents: bigint;
  paidOutCount: number;
};

/** The funds of every organisation that pays out, and what it has paid. */
export function viewOrganisations(world: World): OrganisationView[] {
  const { mpesaBooks, darajaAccounts } = world;
  return darajaAccounts.organisations.map(({ shortcode, name }) => {
    const utility = mpesaBooks.balanceOf(`utility:${shortcode}`);
    return {
      shortcode,
      name,
      utilityCents: utility.balanceCents,
      workingCents: mpesaBooks.balanceOf(`working:${shortcode}`).balanceCents,
      chargesCents: mpesaBooks.balanceOf(`charges:${shortcode}`).balanceCents,
      paidOutCents: utility.sentCents,
      paidOutCount: utility.sentCount,
    };
  });
}
