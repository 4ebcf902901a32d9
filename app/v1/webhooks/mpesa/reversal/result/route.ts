import { CALLBACK_DOORS } from "@/lib/http/callback-doors";
import { nextDoor } from "@/lib/http/next-door";

export const dynamic = "force-dynamic";

export const POST = nextDoor(CALLBACK_DOORS["/v1/webhooks/mpesa/reversal/result"]);
