"use client";

import { useState } from "react";
import { Button } from "./button";

/** Copies a text. It is not there without scripts: the text beside it can be selected. */
export function CopyButton(props: { text: string; copy: string; copied: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="needs-script">
      <Button
        type="button"
        kind="quiet"
        onClick={() => void navigator.clipboard.writeText(props.text).then(() => setCopied(true))}
      >
        <span aria-live="polite">{isCopied ? props.copied : props.copy}</span>
      </Button>
    </div>
  );
}
