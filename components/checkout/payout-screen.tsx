import { unreachable } from "@/lib/kit/assert";
import { PayoutCheckingScreen } from "./payout-checking-screen";
import { PayoutNotPaidScreen } from "./payout-not-paid-screen";
import { PayoutPaidScreen } from "./payout-paid-screen";
import type { PayoutParts } from "./payout-parts";
import { payoutScreenOf } from "./payout-view";
import { PayoutWaitingScreen } from "./payout-waiting-screen";

interface Props extends PayoutParts {
  secondsAtRender: number;
  /** What the customer has now, `1250.00`. */
  balance: string;
  /** The whole code of a paid voucher. */
  code: string | null;
}

/** The page of a withdrawal, whatever became of it. */
export function PayoutScreen(props: Props) {
  const screen = payoutScreenOf(props.payment);
  switch (screen.kind) {
    case "waiting":
      return <PayoutWaitingScreen {...props} screen={screen} />;
    case "paid":
      return <PayoutPaidScreen {...props} />;
    case "not_paid":
      return <PayoutNotPaidScreen {...props} screen={screen} />;
    case "checking":
      return <PayoutCheckingScreen {...props} screen={screen} />;
    default:
      return unreachable(screen);
  }
}
