"use client";

import { useState } from "react";
import { Field } from "./field";

interface Props {
  label: string;
  hint?: string;
  problem?: string;
  autoComplete: "current-password" | "new-password";
  words: { show: string; hide: string };
}

/** A password that can be looked at while it is typed, once scripts run. */
export function PasswordField({ words, ...field }: Props) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Field
        {...field}
        id="password"
        name="password"
        type={shown ? "text" : "password"}
        maxLength={200}
        className="pr-24"
      />
      <button
        type="button"
        aria-pressed={shown}
        className="absolute right-0 bottom-0 needs-script h-12 px-4 text-action"
        onClick={() => setShown(!shown)}
      >
        {shown ? words.hide : words.show}
      </button>
    </div>
  );
}
