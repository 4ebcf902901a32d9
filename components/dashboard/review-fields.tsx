import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { Field } from "@/components/ui/field";
import { isId } from "@/lib/kit/ids";
import {
  CERTAINTIES,
  type PaymentCandidate,
  type ReviewActionName,
  type ReviewCase,
} from "@/lib/recovery/schemas";
import { ChoiceList } from "./review-choice";
import { fieldId } from "./review-form";

interface Props {
  review: ReviewCase;
  action: ReviewActionName;
  problems: FormProblems;
}

/** What one action needs beside a reason; most need nothing. */
export function ActionFields(props: Props) {
  const { action, review, problems } = props;
  switch (action) {
    case "credit_by_person":
      return <CreditFields {...props} />;
    case "refund_done":
    case "refund_contradiction_take":
    case "refund_contradiction_loss":
    case "withdrawal_paid":
    case "contradiction_take":
    case "contradiction_loss":
      return review.isMpesa ? (
        <ReceiptField form={action} problems={problems} optional />
      ) : (
        <CodeField {...props} />
      );
    case "credit_proven":
    case "withdrawal_give_back":
      return <Choice {...props} action={action} />;
    case "reversal_take":
    case "reversal_loss":
      return <ReversedFields {...props} />;
    case "assign_customer":
    case "attach_payment":
      return (
        <>
          <Choice {...props} action={action} />
          <OtherMoney {...props} />
        </>
      );
    case "mark_not_paid":
    case "refund_failed":
    case "refund_contradiction_same":
    case "book_own":
    case "book_cost":
    case "book_difference":
    case "leave":
      return null;
    case "give_back_money":
      return <OtherMoney {...props} />;
  }
}

/** Certain that it is other money than what a customer was credited with before: then two people decide. */
async function OtherMoney({ review, action, problems }: Props) {
  if (!review.transaction?.ownCredits.length) return null;
  const t = await getTranslations("reviewQueue");
  return (
    <label className="flex min-h-12 items-start gap-3 py-2">
      <input
        id={fieldId(action, "otherMoney", problems)}
        type="checkbox"
        name="otherMoney"
        value="yes"
        defaultChecked={problems.values.otherMoney === "yes"}
        className="mt-1 size-5 shrink-0 appearance-auto accent-action"
      />
      <span className="min-w-0">{t("otherMoney")}</span>
    </label>
  );
}

/** Which payment of ours M-Pesa took back: one that is offered, or another by its receipt. */
async function ReversedFields({ review, action, problems }: Props) {
  const [t, label] = await Promise.all([getTranslations("reviewQueue"), candidateLabel()]);
  const choices = candidatesFor(action, review).map(label);
  return (
    <>
      {choices.length > 0 && (
        <ChoiceList
          form={action}
          problems={problems}
          name="paymentId"
          legend={t("whichPayment")}
          choices={choices}
        />
      )}
      <Field
        id={fieldId(action, "payment", problems)}
        name="payment"
        label={t(choices.length > 0 ? "otherPayment" : "whichPayment")}
        hint={t("otherPaymentHint")}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        defaultValue={problems.values.payment}
        problem={problems.byField.payment}
      />
    </>
  );
}

/** Of the payments a line could be, those that the action can be about. */
export function candidatesFor(
  action: ReviewActionName,
  { transaction }: ReviewCase,
): readonly PaymentCandidate[] {
  const all = transaction?.candidates ?? [];
  if (transaction?.kind !== "reversal") return all;
  return all.filter(({ id }) => isId("refund", id) === (action === "attach_payment"));
}

async function candidateLabel() {
  const time = await eatFormatter();
  return (one: PaymentCandidate) => ({
    value: one.id,
    label: `${one.customer} · ${amountText(one.amount)} · ${time(one.createdAt.toISOString())}`,
    note: `${one.id} · ${one.state}`,
  });
}

async function CreditFields({ review, action, problems }: Props) {
  const t = await getTranslations("reviewQueue");
  return (
    <>
      <Field
        id={fieldId(action, "creditAmount", problems)}
        name="creditAmount"
        label={t("creditAmount")}
        inputMode="decimal"
        autoComplete="off"
        defaultValue={problems.values.creditAmount ?? review.amount ?? ""}
        problem={problems.byField.creditAmount}
      />
      {review.isMpesa && <ReceiptField form={action} problems={problems} />}
    </>
  );
}

async function CodeField({ action, problems }: Props) {
  const t = await getTranslations("reviewQueue");
  return (
    <Field
      id={fieldId(action, "code", problems)}
      name="code"
      label={t("voucherCode")}
      hint={t("voucherCodeHint")}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={100}
      problem={problems.byField.code}
    />
  );
}

/** A receipt as it stands in the customer's SMS. */
export async function ReceiptField(props: {
  form: string;
  problems: FormProblems;
  optional?: boolean;
}) {
  const t = await getTranslations("reviewQueue");
  const { form, problems } = props;
  return (
    <Field
      id={fieldId(form, "receipt", problems)}
      name="receipt"
      label={t("receipt")}
      hint={props.optional ? t("receiptOptional") : t("receiptHint")}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={32}
      defaultValue={problems.values.receipt}
      problem={problems.byField.receipt}
    />
  );
}

type Choosing = "credit_proven" | "withdrawal_give_back" | "assign_customer" | "attach_payment";

async function Choice({ review, action, problems }: Props & { action: Choosing }) {
  const t = await getTranslations("reviewQueue");
  const list = { form: action, problems };
  switch (action) {
    case "credit_proven": {
      const choices = review.proofs.map(({ queryId, receipt, amount }) => ({
        value: queryId,
        label: `${receipt} · ${amountText(amount)}`,
      }));
      return <ChoiceList {...list} name="queryId" legend={t("whichProof")} choices={choices} />;
    }
    case "withdrawal_give_back": {
      const choices = CERTAINTIES.map((value) => ({ value, label: t(`certainties.${value}`) }));
      return <ChoiceList {...list} name="certainty" legend={t("whyCertain")} choices={choices} />;
    }
    case "assign_customer": {
      const choices = review.customers.map(({ id, name, contact }) => ({
        value: id,
        label: [name, contact].filter(Boolean).join(" · "),
        note: id,
      }));
      return (
        <ChoiceList {...list} name="customerId" legend={t("whichCustomer")} choices={choices} />
      );
    }
    case "attach_payment": {
      const choices = candidatesFor(action, review).map(await candidateLabel());
      return <ChoiceList {...list} name="paymentId" legend={t("whichPayment")} choices={choices} />;
    }
  }
}
