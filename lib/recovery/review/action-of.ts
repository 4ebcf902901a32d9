import { NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { REVIEW_ACTIONS, type ReviewActionName } from "./actions";
import { assignMoney } from "./assign-money";
import { attachMoney } from "./attach-money";
import { bookAsCost, bookAsOwn, bookDifference } from "./book-line";
import { bookReversalAsLoss, takeReversal } from "./book-reversal";
import { creditByPerson } from "./credit-by-person";
import { creditProven } from "./credit-proven";
import { isDrift } from "./drift";
import { bookAsLoss, takeFromCustomer } from "./end-contradiction";
import { sayRefundDone, sayRefundFailed } from "./end-refund";
import { bookRefundAsLoss, closeRefundAsBooked, takeRefundAgain } from "./end-refund-contradiction";
import { giveBackMoney } from "./give-back-money";
import { giveBackWithdrawal } from "./give-back-withdrawal";
import { leaveWithNote } from "./leave-with-note";
import { markNotPaid } from "./mark-not-paid";
import type { BindAction, BoundAction } from "./review-action";
import { sayWithdrawalPaid } from "./say-withdrawal-paid";

interface Row {
  readonly isAbout: (subjectId: string) => boolean;
  readonly bind: BindAction;
}

const isDeposit = (id: string) => isId("deposit", id);
const isWithdrawal = (id: string) => isId("withdrawal", id);
const isRefund = (id: string) => isId("refund", id);
const isMessage = (id: string) => isId("message", id);
const isTransaction = (id: string) => isId("transaction", id);

/** The closed list of what people decide: about what, and by which verb. */
const TABLE: Readonly<Record<ReviewActionName, Row>> = {
  credit_proven: { isAbout: isDeposit, bind: creditProven },
  credit_by_person: { isAbout: isDeposit, bind: creditByPerson },
  mark_not_paid: { isAbout: isDeposit, bind: markNotPaid },
  withdrawal_paid: { isAbout: isWithdrawal, bind: sayWithdrawalPaid },
  withdrawal_give_back: { isAbout: isWithdrawal, bind: giveBackWithdrawal },
  contradiction_take: { isAbout: isWithdrawal, bind: takeFromCustomer },
  contradiction_loss: { isAbout: isWithdrawal, bind: bookAsLoss },
  refund_done: { isAbout: isRefund, bind: sayRefundDone },
  refund_failed: { isAbout: isRefund, bind: sayRefundFailed },
  refund_contradiction_take: { isAbout: isRefund, bind: takeRefundAgain },
  refund_contradiction_loss: { isAbout: isRefund, bind: bookRefundAsLoss },
  refund_contradiction_same: { isAbout: isRefund, bind: closeRefundAsBooked },
  assign_customer: { isAbout: isTransaction, bind: assignMoney },
  attach_payment: { isAbout: isTransaction, bind: attachMoney },
  give_back_money: { isAbout: isTransaction, bind: giveBackMoney },
  reversal_take: { isAbout: isTransaction, bind: takeReversal },
  reversal_loss: { isAbout: isTransaction, bind: bookReversalAsLoss },
  book_own: { isAbout: isTransaction, bind: bookAsOwn },
  book_cost: { isAbout: isTransaction, bind: bookAsCost },
  book_difference: { isAbout: isTransaction, bind: bookDifference },
  leave: {
    isAbout: (id) => isTransaction(id) || isMessage(id) || isDrift(id),
    bind: leaveWithNote,
  },
};

/**
 * What was asked for, ready to be judged and done. Throws `NotFoundError` for an action that is not in the
 * list, or not for such a subject, and `InvalidInputError` for params it cannot use.
 */
export function actionOf(input: {
  action: string;
  subjectId: string;
  params: unknown;
}): BoundAction & { name: ReviewActionName } {
  const name = REVIEW_ACTIONS.find((known) => known === input.action);
  if (name === undefined || !TABLE[name].isAbout(input.subjectId)) throw new NotFoundError();
  return { name, ...TABLE[name].bind(input.params) };
}
