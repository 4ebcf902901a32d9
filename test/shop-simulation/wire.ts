import { Outside } from "../withdrawal-simulation/outside";

/** What lies between the shop and its providers, M-Pesa's list of payments included. */
export class Wire extends Outside {
  override isProvider(url: string): boolean {
    return super.isProvider(url) || url.includes("/daraja/pulltransactions/");
  }
}
