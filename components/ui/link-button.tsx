import Link from "next/link";
import type { ReactNode } from "react";
import { buttonLook, type ButtonKind } from "./button-look";

export function LinkButton(props: { href: string; kind?: ButtonKind; children: ReactNode }) {
  return (
    <Link href={props.href} prefetch={false} className={buttonLook(props.kind ?? "primary")}>
      {props.children}
    </Link>
  );
}
