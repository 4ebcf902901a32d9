import { SABOTAGED_CALLS } from "./sabotaged-calls";
import { SABOTAGED_VERBS } from "./sabotaged-verbs";

export const SABOTAGES = [...SABOTAGED_CALLS, ...SABOTAGED_VERBS];
