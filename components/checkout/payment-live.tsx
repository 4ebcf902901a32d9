"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, type ReactNode } from "react";
import useSWR, { useSWRConfig } from "swr";
import { OfflineNotice } from "./offline-notice";
import { paymentFingerprint } from "./payment-fingerprint";
import { useEventHints } from "./use-event-hints";

const POLL_MS = 4_000;
const POLL_WITH_EVENTS_MS = 20_000;
const POLL_LOOSELY_MS = 30_000;

interface Props {
  paymentId: string;
  /** What the server rendered, see `paymentFingerprint`. */
  shown: string;
  /** How eagerly to look: the customer waits, something may still come, or nothing will. */
  watch: "closely" | "loosely" | "off";
  /** Said to screen readers when it changes. */
  announcement: string;
  offlineText: string;
  children: ReactNode;
}

/**
 * Keeps a server-rendered payment fresh. Events only hint; the payment's own address is asked, and
 * when it says something else than is shown, the server renders the page again. Without events it
 * asks every four seconds. It decides nothing: no state is made up here and no time runs out.
 */
export function PaymentLive({ paymentId, shown, watch, announcement, ...rest }: Props) {
  const router = useRouter();
  const watching = watch !== "off";
  const address = `/api/payments/${encodeURIComponent(paymentId)}`;
  const { mutate } = useSWRConfig();
  const heardRecently = useEventHints(watching, () => void mutate(address));
  const { error } = useSWR<string, Error>(watching ? address : null, fetchFingerprint, {
    refreshInterval: () => pauseMs(watch, heardRecently()),
    onSuccess: (latest) => {
      if (latest !== shown) router.refresh();
    },
    onErrorRetry: (_error, _key, _config, revalidate, { retryCount }) => {
      setTimeout(() => void revalidate({ retryCount }), POLL_MS);
    },
    dedupingInterval: 500,
  });
  useFocusOnChange(shown);

  return (
    <>
      <p role="status" className="sr-only">
        {announcement}
      </p>
      {rest.children}
      {watching && <OfflineNotice text={rest.offlineText} failing={error instanceof TypeError} />}
    </>
  );
}

function pauseMs(watch: Props["watch"], heardRecently: boolean): number {
  if (watch === "loosely") return POLL_LOOSELY_MS;
  return heardRecently ? POLL_WITH_EVENTS_MS : POLL_MS;
}

/** The payment's fingerprint as the API has it now. Rejects with a `TypeError` when there is no network. */
async function fetchFingerprint(url: string): Promise<string> {
  const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store" });
  // Signed out, or no longer ours: the page itself says what to do.
  if (response.status === 401 || response.status === 404) window.location.reload();
  if (!response.ok) throw new Error(`the payment could not be read: ${response.status}`);
  const body: unknown = await response.json();
  return paymentFingerprint(paymentOf(body));
}

/** The payment inside an answer. What lacks a field compares as different, which only asks the server again. */
function paymentOf(body: unknown): object {
  if (typeof body !== "object" || body === null) return {};
  return "payment" in body && typeof body.payment === "object" && body.payment
    ? body.payment
    : body;
}

/** After a change the heading takes the focus, so that a keyboard or a screen reader is where the news is. */
function useFocusOnChange(shown: string): void {
  const last = useRef(shown);
  useEffect(() => {
    if (last.current === shown) return;
    last.current = shown;
    document.getElementById("payment-heading")?.focus();
  }, [shown]);
}
