import { test } from "./fixtures";
import { phone } from "./small-screen";
import {
  visitForms,
  visitGivenBack,
  visitOpenScreens,
  visitPaidScreens,
  visitReviews,
} from "./withdraw-screens";

test.describe.configure({ timeout: 120_000 });

for (const [what, visit] of [
  ["the form", visitForms],
  ["the review", visitReviews],
  ["what is open", visitOpenScreens],
  ["what came back", visitGivenBack],
  ["what is paid", visitPaidScreens],
] as const) {
  test(`withdrawals, ${what}: fits a small phone, the way on in sight, and axe finds nothing`, async ({
    customer,
    signedIn,
    sandbox,
  }) => {
    await visit({ page: await signedIn(customer, phone(360)), customer, sandbox });
  });
}
