import type { z } from "zod";
import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import type { ReviewDecision } from "@/lib/generated/prisma/client";

/** What an action would move, and who would gain from it. */
export interface Weighed {
  readonly amountCents: bigint;
  /** Whose balance gains; null for nobody's. */
  readonly customerId: string | null;
  /** Keyed hashes of the phones and addresses that paid or are paid: nobody decides about their own. */
  readonly parties: readonly string[];
  /** Whatever the amount is, no person decides it alone. */
  readonly needsTwo?: boolean;
  /** It leaves the business for nobody we know, so it counts as given by whoever decides. */
  readonly isSpent?: boolean;
}

export type DecisionToCarryOut = Pick<ReviewDecision, "id" | "subjectId" | "reason">;

/** One thing a person may decide: what it needs, when it may happen and what it does. */
export interface ReviewAction<Params> {
  /** What staff typed, and what a stored decision kept of it: it reads both. Never with a code in clear. */
  readonly params: z.ZodType<Params>;
  /** What is locked together with the subject. */
  readonly alsoLocks?: (params: Params) => readonly string[];
  /**
   * Judges whether it may happen now. Throws `SubjectEnded` when the subject has ended or stands where this
   * cannot happen, and other `AppError`s for what staff can correct.
   */
  readonly weigh: (ctx: Ctx, subjectId: string, params: Params) => Promise<Weighed>;
  /** Does it, in the caller's transaction; the subject is locked and was weighed there. */
  readonly carryOut: (tx: Ctx, decision: DecisionToCarryOut, params: Params) => Promise<void>;
}

/** An action together with the params that were read for it. */
export interface BoundAction {
  readonly params: object;
  readonly alsoLocks: readonly string[];
  weigh(ctx: Ctx, subjectId: string): Promise<Weighed>;
  carryOut(tx: Ctx, decision: DecisionToCarryOut): Promise<void>;
}

export type BindAction = (typed: unknown) => BoundAction;

/** Hides an action's own params: whoever binds it gives what was typed, or throws `InvalidInputError`. */
export function reviewAction<Params extends object>(action: ReviewAction<Params>): BindAction {
  return (typed) => {
    const read = action.params.safeParse(typed);
    if (!read.success) {
      const problems = read.error.issues.map(({ path, message }) => [path.join("."), message]);
      throw new InvalidInputError(Object.fromEntries(problems));
    }
    const params = read.data;
    return {
      params,
      alsoLocks: action.alsoLocks?.(params) ?? [],
      weigh: (ctx, subjectId) => action.weigh(ctx, subjectId, params),
      carryOut: (tx, decision) => action.carryOut(tx, decision, params),
    };
  };
}

/** 409: what it is about has ended, or stands where this cannot happen. */
export class SubjectEnded extends ConflictError {
  constructor() {
    super("review_ended");
  }
}
