import { DARAJA_DOORS } from "@/lib/http/callback-doors";
import { nextDoor } from "@/lib/http/next-door";

export const dynamic = "force-dynamic";

export const POST = nextDoor(DARAJA_DOORS["reversal/result"]);
