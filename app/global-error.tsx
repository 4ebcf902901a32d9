"use client";

import { ErrorScreen } from "./_shell/error-screen";
import "./globals.css";

export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Malipo</title>
        <ErrorScreen retry={() => window.location.reload()} />
      </body>
    </html>
  );
}
