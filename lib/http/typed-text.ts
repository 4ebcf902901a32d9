import { z } from "zod";

const TYPED_CHARS_MAX = 200;

/**
 * What a person typed, for a verb that judges it: absent counts as empty, a JSON number as its
 * digits, and a novel is cut where no answer could depend on it.
 */
export const typedText = z
  .union([z.string(), z.number().transform(String)])
  .default("")
  .transform((text) => text.slice(0, TYPED_CHARS_MAX));
