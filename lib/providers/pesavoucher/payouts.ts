import { maskEmail } from "@/lib/kit/email";
import { centsFromProvider, decimalFromCents } from "@/lib/kit/money";
import { maskVoucherCode, parseVoucherCode } from "@/lib/kit/voucher-code";
import type {
  BalanceOutcome,
  IssueOutcome,
  PayoutRefusal,
  VoucherProvider,
} from "../sells-vouchers";
import { signedCentsFromProvider } from "../signed-cents";
import { dial } from "./dial";
import { opaqueOf } from "./opaque";
import { nonsense, told, unanswered } from "./outcomes";
import { payoutRefusalOf } from "./refusals";
import { BalanceAnswer, IssueAnswer } from "./schemas";

const UNGUESSABLE_MIN = 16;

type IssueInput = Parameters<VoucherProvider["issue"]>[0];

/** Issues a voucher to an e-mail address (docs/providers/pesavoucher.md, "Create voucher"). */
export async function issue(input: IssueInput): Promise<IssueOutcome> {
  const dialled = await dial({
    path: "create_voucher",
    body: {
      email: input.email,
      amount: input.amountCents,
      currency: "KES",
      unique_id: input.uniqueId,
      callback_url: input.callbackUrl,
      ...(input.message !== null && { message: input.message }),
    },
    shown: {
      email: maskEmail(input.email),
      amount: decimalFromCents(input.amountCents),
      currency: "KES",
      unique_id: input.uniqueId,
      message: input.message === null ? null : "…",
    },
  });
  if (dialled.kind === "unreached") return dialled;
  if (dialled.kind === "unknown") return unanswered(dialled);
  const answer = IssueAnswer.safeParse(dialled.json);
  if (!answer.success) return nonsense(dialled);
  const { success, error, message } = answer.data;
  const said = readVoucher(answer.data);
  const shown = {
    success: typeof success === "boolean" ? success : null,
    voucher_code: said.code && maskVoucherCode(said.code),
    amount: said.amountCents && decimalFromCents(said.amountCents),
    transaction_id: said.transactionId,
    error,
    message,
  };
  const exchange = told(dialled, shown, secretsOf(input));
  if (success === true) {
    const { code, amountCents, transactionId } = said;
    const isOurs = amountCents === input.amountCents && isAbout(input.uniqueId, answer.data);
    // Something was issued, and not clearly what was asked for.
    if (code === null || amountCents === null || !isOurs) return nonsense({ exchange });
    return { kind: "accepted", code, amountCents, transactionId, exchange };
  }
  const isNo = success === false || success === undefined || success === null;
  const refusal =
    isNo && said.code === null ? refusalOf(dialled.httpStatus, error ?? message) : null;
  return refusal ? { kind: "refused", refusal, exchange } : nonsense({ exchange });
}

/** What the merchant has at the provider (docs/providers/pesavoucher.md, "Balance"). */
export async function balance(): Promise<BalanceOutcome> {
  const dialled = await dial({ path: "query_balance", body: null, shown: {} });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const answer = BalanceAnswer.safeParse(dialled.json);
  if (!answer.success) return nonsense(dialled);
  const { success, currency, error, message } = answer.data;
  const balanceCents = signedCentsFromProvider(answer.data.balance);
  const balanceText = balanceCents === null ? null : decimalFromCents(balanceCents);
  const exchange = told(dialled, { success, balance: balanceText, error, message });
  if (!success) return { kind: "refused", exchange };
  if (balanceCents === null || !isShillings(currency)) return nonsense({ exchange });
  return { kind: "answered", balanceCents, exchange };
}

function readVoucher(said: IssueAnswer) {
  return {
    code: typeof said.voucher_code === "string" ? parseVoucherCode(said.voucher_code) : null,
    amountCents: centsFromProvider(said.amount),
    transactionId: opaqueOf(said.transaction_id),
  };
}

/** False when the answer names another reference, or another currency. */
function isAbout(uniqueId: string, said: IssueAnswer): boolean {
  const echoed = opaqueOf(said.unique_id);
  return (echoed === null || echoed === uniqueId) && isShillings(said.currency);
}

function isShillings(currency: unknown): boolean {
  return typeof currency !== "string" || currency.trim().toUpperCase() === "KES";
}

function refusalOf(httpStatus: number, text: string | null | undefined): PayoutRefusal | null {
  const known = payoutRefusalOf(text ?? "");
  if (known) return known;
  // A word of an earlier voucher is never a refusal of this one, whatever the status.
  if (/duplicate|already|exists/i.test(text ?? "")) return null;
  return [401, 403, 405].includes(httpStatus) ? "misconfigured" : null;
}

/** What an answer may repeat: the receiver, the words to them, and what makes the callback ours. */
function secretsOf({ email, message, callbackUrl }: IssueInput): string[] {
  const { search, searchParams, pathname } = new URL(callbackUrl);
  const parts = [...searchParams.values(), ...pathname.split("/")];
  const unguessable = parts.filter((part) => part.length >= UNGUESSABLE_MIN);
  return [callbackUrl, search, ...unguessable, email, message ?? ""];
}
