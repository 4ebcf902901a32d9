/** Somebody who may collect money: a PayBill, or a till under its store number. */
export type DarajaAccount = {
  kind: "paybill" | "till";
  /** What requests call BusinessShortCode. */
  shortcode: string;
  /** Where the money goes: the PayBill itself, or the till number. */
  partyB: string;
  passkey: string;
  name: string;
};

export type OwnDarajaCredentials = {
  consumerKey: string;
  consumerSecret: string;
  shortcode: string;
  passkey: string;
};

/** The shortcode and passkey are the provider's published test values; the keys are our own. */
export const DEMO_DARAJA: Readonly<OwnDarajaCredentials> = {
  consumerKey: "malipo-demo-consumer-key",
  consumerSecret: "malipo-demo-consumer-secret",
  shortcode: "174379",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
};

/** The accounts the simulated provider knows: the shop under test, another PayBill, and a till. */
export function listDarajaAccounts(own: OwnDarajaCredentials): DarajaAccount[] {
  const first: DarajaAccount = {
    kind: "paybill",
    shortcode: own.shortcode,
    partyB: own.shortcode,
    passkey: own.passkey,
    name: "Duka la Mwanga",
  };
  const others: DarajaAccount[] = [
    {
      kind: "paybill",
      shortcode: "600977",
      partyB: "600977",
      passkey: "malipo-demo-passkey-600977",
      name: "Mwanga Wholesale",
    },
    {
      kind: "till",
      shortcode: "600981",
      partyB: "300981",
      passkey: "malipo-demo-passkey-600981",
      name: "Mwanga Till",
    },
  ];
  return [first, ...others.filter(({ shortcode }) => shortcode !== own.shortcode)];
}

/** The accounts by shortcode, and the one app that may use them. */
export class DarajaDirectory {
  readonly all: readonly DarajaAccount[];
  readonly #byShortcode: Map<string, DarajaAccount>;

  constructor(readonly credentials: OwnDarajaCredentials) {
    this.all = listDarajaAccounts(credentials);
    this.#byShortcode = new Map(this.all.map((account) => [account.shortcode, account]));
  }

  byShortcode(shortcode: string): DarajaAccount | undefined {
    return this.#byShortcode.get(shortcode);
  }

  isApp(consumerKey: string, consumerSecret: string): boolean {
    const own = this.credentials;
    return consumerKey === own.consumerKey && consumerSecret === own.consumerSecret;
  }
}
