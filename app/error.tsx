"use client";

import { ErrorScreen } from "./_shell/error-screen";

export default function PageError({ reset }: { reset: () => void }) {
  return <ErrorScreen retry={reset} />;
}
