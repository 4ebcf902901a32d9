import { assert } from "@/lib/kit/assert";
import { wholeShillings } from "@/lib/kit/money";
import { maskPhone } from "@/lib/kit/phone";
import { HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import type {
  CollectionAccount,
  PromptOutcome,
  PromptProvider,
  PromptResultOutcome,
} from "../collects";
import type { AppKeys, TokenOutcome } from "../gateway";
import type { HistoryProvider } from "../lists-history";
import type { PayoutProvider } from "../pays-out";
import type { ReversalProvider } from "../reverses";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";
import { registerCollectionUrls } from "./collection-urls";
import { dial } from "./dial";
import { queryStateOf, refusalOf } from "./gateway-errors";
import { pullTransactions, registerPull } from "./history";
import { stkPassword } from "./password";
import { askPayout, payOut } from "./payouts";
import { readStkResult } from "./result-codes";
import { reverse } from "./reversals";
import { PushAnswer, QueryAnswer, TokenAnswer } from "./schemas";
import { askTransaction } from "./status-queries";
import { unanswered, unclear } from "./unknown-outcome";

const REFERENCE_MAX = 12;
const DESCRIPTION_MAX = 13;
const LIFETIME_MS_USUAL = HOUR_MS;
const LIFETIME_MS_MAX = 24 * HOUR_MS;

type Access = Parameters<PromptProvider["prompt"]>[0];
type PromptInput = Parameters<PromptProvider["prompt"]>[1];

type Daraja = PromptProvider & PayoutProvider & ReversalProvider & HistoryProvider;

/** M-Pesa over Safaricom's Daraja API. `now` is the clock behind every timestamp. */
export function daraja({ now = () => new Date() } = {}): Daraja {
  return {
    name: "mpesa",
    requestToken,
    prompt: (access, input) => prompt(access, input, now()),
    promptResult: (access, input) => promptResult(access, input, now()),
    payOut,
    askPayout,
    reverse,
    askTransaction,
    registerPull,
    pullTransactions,
    registerCollectionUrls,
  };
}

async function requestToken({ consumerKey, consumerSecret }: AppKeys): Promise<TokenOutcome> {
  const basic = Buffer.from(`${consumerKey}:${consumerSecret}`, "utf8").toString("base64");
  const dialled = await dial({
    operation: "token",
    method: "GET",
    path: "/oauth/v1/generate?grant_type=client_credentials",
    authorization: `Basic ${basic}`,
    body: null,
    shown: { grant_type: "client_credentials" },
    secrets: [basic, consumerKey, consumerSecret],
  });
  if (dialled.kind === "unreached") return unanswered(dialled);
  if (dialled.kind === "unknown") {
    const { looks, httpStatus, exchange } = dialled;
    // Wrong keys are told without a word at times. A page of the firewall is never about keys.
    const isBare = looks === "empty" && (httpStatus === 400 || httpStatus === 401);
    return isBare ? { kind: "refused", errorCode: null, exchange } : unanswered(dialled);
  }
  const { httpStatus, json, exchange } = dialled;
  const answer = TokenAnswer.safeParse(json);
  if (httpStatus === 200 && answer.success) {
    const { access_token: accessToken, expires_in } = answer.data;
    return { kind: "accepted", accessToken, lifetimeMs: lifetimeMsOf(expires_in), exchange };
  }
  const refused = refusalOf(dialled);
  // Called too fast is no verdict on the keys.
  if (refused?.refusal === "throttled" || refused?.refusal === "quota_used")
    return unclear(dialled);
  if (refused || httpStatus === 400 || httpStatus === 401) {
    return { kind: "refused", errorCode: refused?.errorCode ?? null, exchange };
  }
  return unclear(dialled);
}

async function prompt(access: Access, input: PromptInput, at: Date): Promise<PromptOutcome> {
  const { account, accessToken } = access;
  const { password, timestamp } = stkPassword({ ...account, at });
  const { phone, ...request } = pushFields(account, input);
  const dialled = await dial({
    operation: "stk_push",
    method: "POST",
    path: "/mpesa/stkpush/v1/processrequest",
    authorization: `Bearer ${accessToken}`,
    body: {
      ...request,
      Password: password,
      Timestamp: timestamp,
      PartyA: phone,
      PhoneNumber: phone,
    },
    shown: {
      ...request,
      Amount: String(request.Amount),
      Timestamp: timestamp,
      PhoneNumber: maskPhone(input.phone),
      CallBackURL: shownCallbackUrl(input.callbackUrl),
    },
    secrets: [accessToken, password, account.passkey, input.phone.slice("+254".length)].concat(
      secretsOfCallbackUrl(input.callbackUrl),
    ),
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const refused = refusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  const answer = PushAnswer.parse(dialled.json);
  const { CheckoutRequestID: checkoutRequestId, MerchantRequestID: merchantRequestId } = answer;
  const isAccepted = dialled.httpStatus === 200 && answer.ResponseCode === "0";
  // Anything less than a whole yes may have reached the phone.
  if (!isAccepted || checkoutRequestId === null || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", checkoutRequestId, merchantRequestId, exchange };
}

async function promptResult(
  { account, accessToken }: Access,
  { checkoutRequestId }: { checkoutRequestId: string },
  at: Date,
): Promise<PromptResultOutcome> {
  const { password, timestamp } = stkPassword({ ...account, at });
  const request = { BusinessShortCode: account.shortcode, CheckoutRequestID: checkoutRequestId };
  const dialled = await dial({
    operation: "stk_query",
    method: "POST",
    path: "/mpesa/stkpushquery/v1/query",
    authorization: `Bearer ${accessToken}`,
    body: { ...request, Password: password, Timestamp: timestamp },
    shown: { ...request, Timestamp: timestamp },
    secrets: [accessToken, password, account.passkey],
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = QueryAnswer.parse(dialled.json);
  if (answer.errorCode !== null && answer.ResultCode !== null) return unclear(dialled);
  const state = queryStateOf(dialled);
  if (state) return { kind: state, exchange };
  const refused = refusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  const { ResultCode: resultCode, ResultDesc, CheckoutRequestID: answeredId } = answer;
  const isAboutThis = answeredId === null || answeredId === checkoutRequestId;
  const isAnswered = answer.ResponseCode === null || answer.ResponseCode === "0";
  if (dialled.httpStatus !== 200 || resultCode === null || !isAboutThis || !isAnswered) {
    return unclear(dialled);
  }
  const resultText = ResultDesc ?? "";
  if (readStkResult(resultCode, resultText).class === "in_flight") {
    return { kind: "in_flight", exchange };
  }
  return { kind: "answered", resultCode, resultText, exchange };
}

/** What is asked for, without the credentials. Phones and amounts go as numbers, which every host takes. */
function pushFields(account: CollectionAccount, input: PromptInput) {
  assert(/^\+254[17]\d{8}$/.test(input.phone), "only a Kenyan mobile number can be prompted");
  const isTill = account.kind === "till";
  const receiver = isTill ? account.tillNumber : account.shortcode;
  assert(receiver !== null, "a till takes money under its till number");
  const shillings = wholeShillings(input.amountCents);
  assert(shillings > 0n, "a prompt asks for money");
  return {
    BusinessShortCode: account.shortcode,
    TransactionType: isTill ? "CustomerBuyGoodsOnline" : "CustomerPayBillOnline",
    Amount: Number(shillings),
    PartyB: receiver,
    CallBackURL: input.callbackUrl,
    AccountReference: plain(input.reference, REFERENCE_MAX),
    TransactionDesc: plain(input.description, DESCRIPTION_MAX),
    phone: Number(input.phone.slice(1)),
  };
}

/** Letters and digits alone: other characters make a prompt fail without a word. */
function plain(text: string, charactersMax: number): string {
  const stripped = text.replace(/[^0-9A-Za-z]/g, "");
  const fits = stripped.length >= 1 && stripped.length <= charactersMax;
  assert(fits, `a prompt's text has 1 to ${charactersMax} letters and digits`);
  return stripped;
}

/** The lifetime is told as a number or as a text of seconds. Nonsense means the usual hour. */
function lifetimeMsOf(expiresIn: unknown): number {
  const seconds =
    typeof expiresIn === "string" && /^\s*\d{1,9}\s*$/.test(expiresIn)
      ? Number(expiresIn)
      : expiresIn;
  if (typeof seconds !== "number") return LIFETIME_MS_USUAL;
  const lifetimeMs = Math.floor(seconds * SECOND_MS);
  return lifetimeMs > 0 && lifetimeMs <= LIFETIME_MS_MAX ? lifetimeMs : LIFETIME_MS_USUAL;
}
