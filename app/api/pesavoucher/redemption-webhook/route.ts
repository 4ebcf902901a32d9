import { CALLBACK_DOORS } from "@/lib/http/callback-doors";

export const dynamic = "force-dynamic";

export const POST = CALLBACK_DOORS["/api/pesavoucher/redemption-webhook"];
