import type { DarajaAccount } from "@/sandbox/daraja/accounts";
import type { MpesaAccountBalance, MpesaTransfer } from "@/sandbox/mpesa-books";
import type { World } from "@/sandbox/world";
import { viewOrganisations, type OrganisationView } from "./view-organisations";

export type MpesaLedgerView = {
  /** What customers paid to each shortcode in whatever way, and how much of it was reversed. */
  shortcodes: (Pick<DarajaAccount, "kind" | "shortcode" | "partyB" | "name"> &
    Pick<
      MpesaAccountBalance,
      "balanceCents" | "receivedCents" | "receivedCount" | "reversedCents" | "reversedCount"
    >)[];
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
    const {
      account: _,
      sentCents: __,
      sentCount: ___,
      ...totals
    } = mpesaBooks.balanceOf(`shortcode:${shortcode}`);
    return { kind, shortcode, partyB, name, ...totals };
  });
  const organisations = viewOrganisations(world);
  const accounts = mpesaBooks.balances();
  const sumCents = accounts.reduce((sum, { balanceCents }) => sum + balanceCents, 0n);
  return { shortcodes, organisations, accounts, sumCents, transfers: mpesaBooks.transfers(limit) };
}
