const FIRST_NAMES = ["ACHIENG", "BARAKA", "CHEBET", "DAUDI", "FATUMA", "JUMA", "KAMAU", "WANJIKU"];
const LAST_NAMES = ["ABDI", "KIPROTICH", "MUTUA", "MWANGI", "NJERI", "ODHIAMBO", "OTIENO"];

/** Who holds a phone: made up, and always the same. */
export function namesOf(msisdn: string): { first: string; last: string } {
  const number = Number(msisdn.slice(3));
  const first = FIRST_NAMES[number % FIRST_NAMES.length] ?? "";
  const last = LAST_NAMES[number % LAST_NAMES.length] ?? "";
  return { first, last };
}

/** Who holds a phone, as the provider prints it: `254712345678 - JUMA MUTUA`. */
export function publicNameOf(msisdn: string): string {
  const { first, last } = namesOf(msisdn);
  return `${msisdn} - ${first} ${last}`;
}
