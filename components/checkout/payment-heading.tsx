import { StatusBadge, type Status } from "@/components/ui/status-badge";

/** Status, then the one sentence that matters. It takes the focus when the state changes. */
export function PaymentHeading(props: { status: Status; word: string; title: string }) {
  return (
    <div className="grid gap-1 pt-2">
      <StatusBadge status={props.status} word={props.word} />
      <h1 id="payment-heading" tabIndex={-1} className="text-xl font-semibold text-balance">
        {props.title}
      </h1>
    </div>
  );
}
