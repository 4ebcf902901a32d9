import type { ComponentProps } from "react";
import { buttonLook, type ButtonKind } from "./button-look";

type Props = ComponentProps<"button"> & {
  kind?: ButtonKind;
  /** Said instead of the label while the form around it is on its way (see `SubmitOnce`). */
  busyLabel?: string;
};

export function Button({ kind = "primary", busyLabel, children, ...rest }: Props) {
  return (
    <button type="submit" className={buttonLook(kind)} {...rest}>
      {busyLabel === undefined ? (
        children
      ) : (
        <>
          <span className="group-data-busy/form:hidden">{children}</span>
          <span className="hidden group-data-busy/form:inline">{busyLabel}</span>
        </>
      )}
    </button>
  );
}
