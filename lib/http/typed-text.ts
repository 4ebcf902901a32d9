import { z } from "zod";

// Longer than the longest e-mail address, so that a cut one is refused and not another address.
const TYPED_CHARS_MAX = 300;

/**
 * What a person typed, for a verb that judges it: absent counts as empty, a JSON number as its
 * digits, and a novel is cut where no answer could depend on it.
 */
export const typedText = z
  .union([z.string(), z.number().transform(String)])
  .default("")
  .transform((text) => text.slice(0, TYPED_CHARS_MAX));
