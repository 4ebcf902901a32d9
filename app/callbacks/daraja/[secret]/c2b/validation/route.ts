import { COLLECTION_DOORS } from "@/lib/http/callback-doors";
import { nextDoor } from "@/lib/http/next-door";

export const dynamic = "force-dynamic";

export const POST = nextDoor(COLLECTION_DOORS.validation);
