import { getRequestConfig } from "next-intl/server";
import { cookies, headers } from "next/headers";
import { CATALOGUES } from "./catalogues";
import { chooseLocale, LOCALE_COOKIE } from "./locales";

/** What next-intl asks once per request. A message that is missing or malformed is a bug and throws. */
export default getRequestConfig(async () => {
  const locale = chooseLocale({
    cookie: (await cookies()).get(LOCALE_COOKIE)?.value,
    acceptLanguage: (await headers()).get("accept-language"),
  });
  return {
    locale,
    messages: CATALOGUES[locale],
    timeZone: "Africa/Nairobi",
    onError: throwError,
    getMessageFallback: ({ key }) => {
      throw new Error(`no message for ${key}`);
    },
  };
});

function throwError(error: Error): never {
  throw error;
}
