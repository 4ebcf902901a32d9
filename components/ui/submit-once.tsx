"use client";

import { useEffect, useRef, type ComponentProps, type FormEvent } from "react";

const RELEASE_AFTER_MS = 10_000;

/**
 * A form that posts as any form does, and once scripts run ignores further taps while the first is on
 * its way. Coming back, by the back button or because nothing answered, frees it again.
 */
export function SubmitOnce({ className = "", ...form }: ComponentProps<"form">) {
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const restore = () => element.current && release(element.current);
    window.addEventListener("pageshow", restore);
    return () => window.removeEventListener("pageshow", restore);
  }, []);

  return (
    <form ref={element} className={`group/form ${className}`} onSubmit={submitOnce} {...form} />
  );
}

function submitOnce(event: FormEvent<HTMLFormElement>): void {
  const form = event.currentTarget;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "true";
  // Nothing answered: another tap sends the same attempt, and the server gives the same payment.
  setTimeout(() => release(form), RELEASE_AFTER_MS);
}

function release(form: HTMLFormElement): void {
  delete form.dataset.busy;
}
