import type { Deed, Event, Payment, Plan, Road, ShopDeed } from "./plan";

const SHILLINGS = 60;

type Step =
  | readonly [payment: 0, deed: ShopDeed, atMs: number]
  | readonly [payment: number, deed: Deed, atMs: number];

/** A plan in which nothing is drawn: these payments of the first customer, and what is done about them when. */
export function chosen(
  roads: readonly Road[],
  steps: readonly Step[],
  { backFails = false }: { backFails?: boolean } = {},
): Plan {
  const payments = roads.map((road, index): Payment => {
    return {
      ...{ number: index + 1, road, customer: 0, shillings: SHILLINGS },
      name: `chosen:${index + 1}`,
    };
  });
  const events = steps.flatMap((step, index): Event[] => {
    const [number, deed, atMs] = step;
    const when = { atMs, name: `chosen:step:${index}`, crash: null };
    if (isOfShop(deed)) return [{ ...when, deed, payment: null }];
    const payment = payments[number - 1];
    return payment ? [{ ...when, deed, payment }] : [];
  });
  return { payments, events, isChosen: true, backFails };
}

const OF_SHOP: readonly string[] = [
  "pull",
  "statement",
  "case work",
  "trouble",
  "outage",
  "compare",
] satisfies ShopDeed[];

function isOfShop(deed: Deed | ShopDeed): deed is ShopDeed {
  return OF_SHOP.includes(deed);
}
