/** Safaricom's own client has no types; these are the parts of it that a test calls. */
declare module "mpesa-node" {
  export type Answer = { status: number; data: Record<string, unknown> };

  export default class Mpesa {
    /** Where it calls; no option sets it. */
    baseURL: string;

    constructor(config: {
      consumerKey: string;
      consumerSecret: string;
      lipaNaMpesaShortCode: string;
      lipaNaMpesaShortPass: string;
      environment?: "sandbox" | "production";
    });

    lipaNaMpesaOnline(
      senderMsisdn: number,
      amount: number,
      callbackUrl: string,
      accountRef: string,
    ): Promise<Answer>;

    lipaNaMpesaQuery(checkoutRequestId: string): Promise<Answer>;
  }
}
