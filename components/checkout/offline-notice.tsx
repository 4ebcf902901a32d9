"use client";

import { useSyncExternalStore } from "react";

/** Says that the line is gone and the payment is not. It lies over the page, so nothing moves. */
export function OfflineNotice({ text, failing }: { text: string; failing: boolean }) {
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  const offline = !online || failing;
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0">
      {offline && (
        <p className="mx-auto max-w-column bg-checking-ground p-4 text-checking shadow-sheet">
          {text}
        </p>
      )}
    </div>
  );
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}
