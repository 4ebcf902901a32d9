export type Merchant = {
  id: string;
  name: string;
  apiKey: string;
  apiSecret: string;
  prefixes: readonly string[];
  /** False shows the documented 404: good keys, but no account behind them. */
  hasAccount: boolean;
  openingWalletCents: bigint;
  openingFloatCents: bigint;
};

export type OwnMerchantCredentials = {
  merchantId: string;
  apiKey: string;
  apiSecret: string;
  prefix: string;
};

export const DEMO_CREDENTIALS: Readonly<OwnMerchantCredentials> = {
  merchantId: "malipo-demo-merchant",
  apiKey: "pk_test_malipo_demo",
  apiSecret: "sk_test_malipo_demo",
  prefix: "MLP",
};

/** The merchants the simulated provider knows: the shop under test, a stranger, and one without an account. */
export function listMerchants(own: OwnMerchantCredentials): Merchant[] {
  return [
    {
      id: own.merchantId,
      name: "Duka la Mwanga",
      apiKey: own.apiKey,
      apiSecret: own.apiSecret,
      prefixes: [own.prefix],
      hasAccount: true,
      openingWalletCents: 200_000_000n,
      openingFloatCents: 500_000_000n,
    },
    {
      id: "zed-demo-merchant",
      name: "Zed Games",
      apiKey: "pk_test_zed_demo",
      apiSecret: "sk_test_zed_demo",
      prefixes: [own.prefix === "ZED" ? "ZDD" : "ZED"],
      hasAccount: true,
      openingWalletCents: 2_560_000n,
      openingFloatCents: 100_000_000n,
    },
    {
      id: "closed-demo-merchant",
      name: "Closed Account",
      apiKey: "pk_test_closed_demo",
      apiSecret: "sk_test_closed_demo",
      prefixes: ["CLS"],
      hasAccount: false,
      openingWalletCents: 0n,
      openingFloatCents: 0n,
    },
  ];
}

/** Merchants by id and by API key, for constant-time look-ups per call. */
export class MerchantDirectory {
  readonly all: readonly Merchant[];
  readonly own: Merchant;
  readonly #byId: Map<string, Merchant>;
  readonly #byKey: Map<string, Merchant>;

  constructor(credentials: OwnMerchantCredentials) {
    const [own, ...others] = listMerchants(credentials);
    if (!own) throw new Error("The sandbox has no merchant");
    this.own = own;
    this.all = [own, ...others];
    this.#byId = new Map(this.all.map((merchant) => [merchant.id, merchant]));
    this.#byKey = new Map(this.all.map((merchant) => [merchant.apiKey, merchant]));
  }

  byId(id: string): Merchant | undefined {
    return this.#byId.get(id);
  }

  /** The merchant these keys belong to. Live keys never open the sandbox. */
  byCredentials(apiKey: string, apiSecret: string): Merchant | undefined {
    if (apiKey.startsWith("pk_live_") || apiSecret.startsWith("sk_live_")) return undefined;
    const merchant = this.#byKey.get(apiKey);
    return merchant?.apiSecret === apiSecret ? merchant : undefined;
  }
}
