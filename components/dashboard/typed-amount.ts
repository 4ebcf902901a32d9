/** `150000.00` as people type it, `150,000`: what a field shows of an amount that is kept. */
export function typedAmount(decimal: string): string {
  const [whole = "", cents] = decimal.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return cents === undefined || cents === "00" ? grouped : `${grouped}.${cents}`;
}
