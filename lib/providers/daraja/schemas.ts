import { z } from "zod";

// Loose on purpose: the same field comes as a number or as a text, from one call and from another, and
// what is absent, null or of another type must not hide the fields beside it.

const CONTROL_CHARACTERS = /\p{Cc}+/gu;
const WORDS_MAX = 500;

function asText(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  return String(value).replace(CONTROL_CHARACTERS, " ").trim();
}

/** A code or sentence. Never longer than anybody would write, and always fit to be stored. */
const words = z
  .unknown()
  .optional()
  .transform((value) => asText(value)?.slice(0, WORDS_MAX).toWellFormed() ?? null);

/** A name the provider gave to something: opaque, printable, of bounded length. Null for anything else. */
const id = z
  .unknown()
  .optional()
  .transform((value) => {
    const text = asText(value);
    return text !== null && /^[\x21-\x7e]{1,128}$/.test(text) ? text : null;
  });

/** A refusal or an accident, in any of the forms a gateway tells it (docs/providers/daraja.md, "Refusals"). */
export const ErrorAnswer = z.looseObject({
  requestId: id,
  errorCode: words,
  errorMessage: words,
  fault: z
    .looseObject({
      faultstring: words,
      detail: z.looseObject({ errorcode: words }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

/** Answer of the token call (docs/providers/daraja.md, "Access token"). */
export const TokenAnswer = z.looseObject({
  access_token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  expires_in: z.unknown().optional(),
});

/** Answer of the push (docs/providers/daraja.md, "Prompt"). */
export const PushAnswer = z.looseObject({
  errorCode: words,
  ResponseCode: words,
  CheckoutRequestID: id,
  MerchantRequestID: id,
});

/** Answer of the query (docs/providers/daraja.md, "Query"). */
export const QueryAnswer = z.looseObject({
  errorCode: words,
  ResponseCode: words,
  CheckoutRequestID: id,
  ResultCode: id,
  ResultDesc: words,
});

/** Answer to whatever an operator orders or asks (docs/providers/daraja.md, "Payout"). */
export const OperatorAnswer = z.looseObject({
  errorCode: words,
  ResponseCode: words,
  ConversationID: id,
  OriginatorConversationID: id,
  // A real spelling, if of another call.
  OriginatorCoversationID: id,
});

export type OperatorAnswer = z.infer<typeof OperatorAnswer>;

/** Answer to the registration of addresses (docs/providers/daraja.md, "Payments by hand"). */
export const RegisterAnswer = z.looseObject({
  errorCode: words,
  ResponseCode: words,
  ResponseDescription: words,
});

export type RegisterAnswer = z.infer<typeof RegisterAnswer>;

const Item = z.looseObject({ Name: words, Value: z.unknown().optional() });

const items = z
  .union([z.array(z.unknown()), z.unknown().transform((one) => [one])])
  .transform((list) => list.flatMap((item) => Item.safeParse(item).data ?? []));

/** Body of the push's callback. Only the prompt's id and the result code are insisted on. */
export const StkCallbackBody = z.looseObject({
  Body: z.looseObject({
    stkCallback: z.looseObject({
      MerchantRequestID: id,
      CheckoutRequestID: id.pipe(z.string()),
      ResultCode: id.pipe(z.string()),
      ResultDesc: words,
      CallbackMetadata: z.looseObject({ Item: items.nullish() }).nullish().catch(undefined),
    }),
  }),
});
