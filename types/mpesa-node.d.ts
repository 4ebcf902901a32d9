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
      /** A file with the certificate the password is encrypted for. */
      certPath?: string;
      /** The operator's password in clear text, whatever its name says. */
      securityCredential?: string;
      initiatorName?: string;
    });

    lipaNaMpesaOnline(
      senderMsisdn: number,
      amount: number,
      callbackUrl: string,
      accountRef: string,
    ): Promise<Answer>;

    lipaNaMpesaQuery(checkoutRequestId: string): Promise<Answer>;

    b2c(
      senderParty: number,
      receiverParty: number,
      amount: number,
      queueUrl: string,
      resultUrl: string,
    ): Promise<Answer>;

    transactionStatus(
      transactionId: string,
      receiverParty: number,
      idType: number,
      queueUrl: string,
      resultUrl: string,
    ): Promise<Answer>;

    accountBalance(
      shortCode: number,
      idType: number,
      queueUrl: string,
      resultUrl: string,
    ): Promise<Answer>;
  }
}
