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
  /** The organisation that pays out, and the operator who may ask it to. */
  payoutShortcode: string;
  initiator: string;
  initiatorPassword: string;
  /** Left out, the sandbox makes a pair of its own on first need. */
  privateKeyPem?: string | undefined;
  certificatePem?: string | undefined;
};

/** Somebody who may pay out to phones. */
export type DarajaOrganisation = {
  shortcode: string;
  name: string;
  initiator: string;
  initiatorPassword: string;
};

/** Somebody who may ask in an organisation's name. */
export type Operator = Pick<DarajaOrganisation, "initiator" | "initiatorPassword">;

/** The shortcode and passkey are the provider's published test values; the keys are our own. */
export const DEMO_DARAJA: Readonly<OwnDarajaCredentials> = {
  consumerKey: "malipo-demo-consumer-key",
  consumerSecret: "malipo-demo-consumer-secret",
  shortcode: "174379",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
  payoutShortcode: "600998",
  initiator: "testapi",
  initiatorPassword: "Malipo#Demo1",
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

/** Who pays out: the shop under test, and another business with an operator of its own. */
export function listOrganisations(own: OwnDarajaCredentials): DarajaOrganisation[] {
  const first: DarajaOrganisation = {
    shortcode: own.payoutShortcode,
    name: "Duka la Mwanga Payouts",
    initiator: own.initiator,
    initiatorPassword: own.initiatorPassword,
  };
  const other: DarajaOrganisation = {
    shortcode: "600996",
    name: "Mwanga Wholesale Payouts",
    initiator: "wholesale",
    initiatorPassword: "Malipo#Wholesale1",
  };
  return other.shortcode === own.payoutShortcode ? [first] : [first, other];
}

/** The accounts and organisations by shortcode, and the one app that may use them. */
export class DarajaDirectory {
  readonly all: readonly DarajaAccount[];
  readonly organisations: readonly DarajaOrganisation[];
  readonly #byShortcode: Map<string, DarajaAccount>;
  readonly #organisations: Map<string, DarajaOrganisation>;

  constructor(readonly credentials: OwnDarajaCredentials) {
    this.all = listDarajaAccounts(credentials);
    this.#byShortcode = new Map(this.all.map((account) => [account.shortcode, account]));
    this.organisations = listOrganisations(credentials);
    this.#organisations = new Map(this.organisations.map((own) => [own.shortcode, own]));
  }

  organisation(shortcode: string): DarajaOrganisation | undefined {
    return this.#organisations.get(shortcode);
  }

  /**
   * The operator of an organisation, or of a PayBill or till of the same business: the shop's own
   * acts for both of its shortcodes.
   */
  operatorOf(shortcode: string): Operator | undefined {
    const organisation = this.#organisations.get(shortcode);
    if (organisation || !this.#byShortcode.has(shortcode)) return organisation;
    const [own, other] = this.organisations;
    return shortcode === this.credentials.shortcode ? own : other;
  }

  byShortcode(shortcode: string): DarajaAccount | undefined {
    return this.#byShortcode.get(shortcode);
  }

  isApp(consumerKey: string, consumerSecret: string): boolean {
    const own = this.credentials;
    return consumerKey === own.consumerKey && consumerSecret === own.consumerSecret;
  }
}
