import type { askPayout, payOut } from "@/lib/providers/daraja/payouts";
import type { issue } from "@/lib/providers/pesavoucher/payouts";
import { plant } from "./plant";
import {
  GIVEN_BACK,
  LOST_PHONES,
  LOST_VOUCHERS,
  ONE_ORDER,
  ONE_PAYOUT,
  ORDINARY,
  UNHEARD,
  fated,
  type Sabotage,
} from "./chosen-plans";

/** Bugs in how providers are called, and in what is made of their answers. */
export const SABOTAGED_CALLS: readonly Sabotage[] = [
  {
    name: "an order repeated, renamed",
    plans: LOST_PHONES,
    notice: ONE_PAYOUT,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const first = await real(access, input);
          if (first.kind === "unknown")
            await real(access, { ...input, reference: `${input.reference}-2` });
          return first;
        },
      }),
  },
  {
    name: "an order repeated as it was",
    plans: LOST_PHONES,
    notice: ONE_ORDER,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const first = await real(access, input);
          return first.kind === "unknown" ? real(access, input) : first;
        },
      }),
  },
  {
    name: "a voucher ordered again",
    plans: LOST_VOUCHERS,
    notice: ONE_PAYOUT,
    plantIt: () =>
      plant<typeof issue>("issue", {
        wrap: (real) => async (input) => {
          const first = await real(input);
          return first.kind === "unknown" ? real(input) : first;
        },
      }),
  },
  {
    name: "a lost answer put back in line",
    plans: LOST_PHONES,
    notice: ONE_ORDER,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const told = await real(access, input);
          return told.kind === "unknown" ? { kind: "unreached", exchange: told.exchange } : told;
        },
      }),
  },
  {
    name: "M-Pesa's silence taken for a no",
    plans: fated(["magic 21"]),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const told = await real(access, input);
          if (told.kind !== "unknown") return told;
          const { exchange } = told;
          return { kind: "refused", refusal: "bad_request", errorCode: null, exchange };
        },
      }),
  },
  {
    name: "a voucher's silence taken for a no",
    plans: fated(["magic +lostsilent"]),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof issue>("issue", {
        wrap: (real) => async (input) => {
          const told = await real(input);
          if (told.kind !== "unknown") return told;
          return { kind: "refused", refusal: "misconfigured", text: "", exchange: told.exchange };
        },
      }),
  },
  {
    name: "another amount than was asked for",
    plans: ORDINARY.filter(({ method }) => method === "mpesa"),
    notice: "a provider pays what was asked for, or nothing",
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => (access, input) => {
          return real(access, { ...input, amountCents: input.amountCents + 100n });
        },
      }),
  },
  {
    name: "a look-up that is never made",
    plans: UNHEARD,
    notice: "nothing is left to a person that a look-up can tell",
    plantIt: () =>
      plant<typeof askPayout>("askPayout", {
        wrap: () => () => Promise.resolve({ kind: "accepted", exchange: NO_EXCHANGE } as const),
      }),
  },
];

const NO_EXCHANGE = {
  operation: "tx_status",
  request: {},
  response: null,
  httpStatus: 200,
  durationMs: 1,
};
