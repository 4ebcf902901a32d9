import { z } from "zod";
import type { SandboxControl } from "@/sandbox/control/client";
import type { JournalEntry } from "@/sandbox/journal";

const MPESA_NO =
  /"errorCode":"(?:500\.003\.0[23]|40[01]\.00\d\.0\d|404\.001\.0[34]|403\.002\.1001)"/;
const SPIKE_ARREST = /SpikeArrestViolation/;
const VOUCHER_NO =
  /User not found|Insufficient balance|Missing required|Minimum voucher|Maximum voucher/;

const Order = z.object({
  ResultURL: z.string().optional(),
  callback_url: z.string().optional(),
});

/** The orders to pay that reached the providers, by their own journal. */
export class Orders {
  private readonly arrived = new Map<string, JournalEntry[]>();
  private readSeq = 0;

  /** Reads on where it stopped. The journal is a ring: whoever reads too seldom misses some of it. */
  async read(control: SandboxControl): Promise<void> {
    const afterSeq = this.readSeq;
    for (const operation of ["b2c", "create_voucher"]) {
      const filter = { operation, direction: "in" as const, afterSeq, limit: 5_000 };
      for (const entry of await control.journal(filter)) {
        this.readSeq = Math.max(this.readSeq, entry.seq);
        if (isClearNo(entry)) continue;
        const id = withdrawalOf(entry);
        this.arrived.set(id, [...(this.arrived.get(id) ?? []), entry]);
      }
    }
  }

  /** Orders for one withdrawal that the provider may have carried out, whatever it answered. */
  of(withdrawalId: string): readonly JournalEntry[] {
    return this.arrived.get(withdrawalId) ?? [];
  }

  /** Withdrawals that more than one order went out for. */
  repeated(): string[] {
    return [...this.arrived].filter(([, entries]) => entries.length > 1).map(([id]) => id);
  }
}

/** The answer proves that the provider did nothing, and the shop could read it. */
function isClearNo({ operation, answerBody }: JournalEntry): boolean {
  return operation === "b2c"
    ? MPESA_NO.test(answerBody) || SPIKE_ARREST.test(answerBody)
    : VOUCHER_NO.test(answerBody);
}

/** Its address for results names the withdrawal, whatever reference it was ordered with. */
function withdrawalOf(entry: JournalEntry): string {
  const { ResultURL, callback_url } = Order.parse(JSON.parse(entry.requestBody));
  const id = /wdr_[0-9a-f]{32}/.exec(`${ResultURL ?? ""} ${callback_url ?? ""}`)?.[0];
  if (id === undefined) throw new Error(`an order without a withdrawal: ${entry.requestBody}`);
  return id;
}
