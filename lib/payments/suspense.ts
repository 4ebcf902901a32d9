/** The movement that books money which is nobody's yet, named by its line of the provider's books. */
export const SUSPENSE_KIND = "suspense";
/** The movement that takes it out again when it was not a customer's new money: there is one at most. */
export const SUSPENSE_END_KIND = "suspense_end";
