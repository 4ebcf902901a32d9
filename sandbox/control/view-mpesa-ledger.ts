import type { DarajaAccount } from "@/sandbox/daraja/accounts";
import type { MpesaAccountBalance, MpesaTransfer } from "@/sandbox/mpesa-books";
import type { World } from "@/sandbox/world";
import { viewOrganisations, type OrganisationView } from "./view-organisations";

export type MpesaLedgerView = {
  /** What customers paid to each shortcode by push, and how many payments that was. */
  shortcodes: (Pick<DarajaAccount, "kind" | "shortcode" | "partyB" | "name"> &
    Pick<MpesaAccountBalance, "balanceCents" | "receivedCents" | "receivedCount">)[];
  /** The organisations that pay out, with their funds. */
  organisations: OrganisationView[];
  /** Every wallet and till; the balances add up to `sumCents`. */
  accounts: MpesaAccountBalance[];
  /** Always zero: money moves and is never made. */
  sumCents: bigint;
  transfers: MpesaTransfer[];
};

/** M-Pesa's books: totals per shortcode, every account, and the newest `limit` transfers. */
export function viewMpesaLedger(world: World, limit: number): MpesaLedgerView {
  const { mpesaBooks, darajaAccounts } = world;
  const shortcodes = darajaAccounts.all.map(({ kind, shortcode, partyB, name }) => {
    const { balanceCents, receivedCents, receivedCount } = mpesaBooks.balanceOf(
      `shortcode:${shortcode}`,
    );
    return { kind, shortcode, partyB, name, balanceCents, receivedCents, receivedCount };
  });
  const organisations = viewOrganisations(world);
  const accounts = mpesaBooks.balances();
  const sumCents = accounts.reduce((sum, { balanceCents }) => sum + balanceCents, 0n);
  return { shortcodes, organisations, accounts, sumCents, transfers: mpesaBooks.transfers(limit) };
}
