import type { World } from "@/sandbox/world";
import { isGoodCallbackUrl } from "./callback-url";
import { fieldOf, type DarajaCall, type DarajaReply } from "./daraja-call";
import { jsonReply } from "./gateway";

const REMARKS_CHARACTERS_MAX = 100;

export const isAnything = (): boolean => true;
export const isRemarks = (text: string): boolean =>
  text.length >= 2 && text.length <= REMARKS_CHARACTERS_MAX;

/** A check of an address, as strict as the settings want it. */
export function isUrlFor(world: World): (text: string) => boolean {
  const { strictMode } = world.settings.current;
  return (text) => isGoodCallbackUrl(text, strictMode);
}

/** The name of an optional field that is too long, of those in `names`. */
export function findLongField(call: DarajaCall, names: readonly string[]): string | undefined {
  return names.find((name) => (fieldOf(call, name) ?? "").length > REMARKS_CHARACTERS_MAX);
}

/** What every request in an organisation's name is told: come back for the result. */
export function acknowledge(request: {
  originatorConversationId: string;
  conversationId: string;
}): DarajaReply {
  return jsonReply(200, {
    OriginatorConversationID: request.originatorConversationId,
    ConversationID: request.conversationId,
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
  });
}
