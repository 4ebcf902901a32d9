import { z } from "zod";

/** An e-mail as it is compared: without spaces around it, in lower case. */
export function foldEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Whether it looks like an e-mail at all: something, an @, and a name with a dot. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text.trim());
}

/** What stands before the @, in lower case. */
export function localPartOf(email: string): string {
  return foldEmail(email).split("@", 1)[0] ?? "";
}

export const emailSchema = z.string().min(1).transform(foldEmail);
