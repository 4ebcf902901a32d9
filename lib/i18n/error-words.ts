import type { Locale } from "./locales";

/**
 * What the error page says. It is the one page that cannot ask the server for its language, so these
 * few words travel with it, in every language at once.
 */
export const ERROR_WORDS: Record<Locale, { title: string; body: string; retry: string }> = {
  en: {
    title: "Something went wrong on our side",
    body: "Your money is safe: a payment under way goes on without this page.",
    retry: "Try again",
  },
  sw: {
    title: "Kuna hitilafu upande wetu",
    body: "Pesa zako ziko salama: malipo yaliyoanza yanaendelea hata bila ukurasa huu.",
    retry: "Jaribu tena",
  },
};
