import type { Prisma } from "@/lib/db";

/** Params as they are kept. */
export function jsonOf(params: object): Prisma.InputJsonObject {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
}
