import type { Hono } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import { parseMsisdn } from "@/sandbox/kit/msisdn";
import type { Handset, Prompt } from "@/sandbox/phone/phone-network";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { answerPromptSchema, phoneChangeSchema } from "./control-schemas";

export type HandsetView = Handset & { openPrompt: Prompt | null };

/** Control over the virtual handsets. */
export function addPhoneControl(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/phones/:number", (c) =>
    answerControl(() => viewHandset(world, readNumber(c.req.param("number")))),
  );
  routes.patch("/phones/:number", (c) =>
    answerControl(async () => {
      const msisdn = readNumber(c.req.param("number"));
      const { balanceCents, ...condition } = await readBody(c, phoneChangeSchema);
      world.phones.setCondition(msisdn, condition);
      if (balanceCents !== undefined) world.phones.setBalance(msisdn, balanceCents);
      return viewHandset(world, msisdn);
    }),
  );
  routes.post("/phones/:number/answer", (c) =>
    answerControl(async () => {
      const { answer, pin } = await readBody(c, answerPromptSchema);
      const msisdn = readNumber(c.req.param("number"));
      const prompt = world.phones.openPrompt(msisdn) ?? undeliveredPrompt(world, msisdn, answer);
      if (!prompt) throw new ControlError(409, `no prompt is open on ${msisdn}`);
      return { promptId: prompt.id, outcome: answerPrompt(world, prompt, answer, pin) };
    }),
  );
}

/** A prompt that never reached the phone can still be timed out. */
function undeliveredPrompt(world: World, msisdn: string, answer: string): Prompt | undefined {
  if (answer !== "time_out") return undefined;
  return world.phones.handset(msisdn).prompts.find((prompt) => prompt.state === "open");
}

function answerPrompt(
  world: World,
  prompt: Prompt,
  answer: "approve" | "decline" | "wrong_pin" | "time_out",
  typedPin: string | undefined,
): string {
  const { pin } = world.settings.current;
  switch (answer) {
    case "approve":
      return world.phones.enterPin(prompt.id, typedPin ?? pin);
    case "decline":
      return world.phones.cancel(prompt.id);
    case "wrong_pin":
      return world.phones.enterPin(prompt.id, pin === "0000" ? "0001" : "0000");
    case "time_out":
      return world.phones.timeOut(prompt.id);
  }
}

function readNumber(text: string): string {
  const msisdn = parseMsisdn(text);
  if (msisdn === undefined) throw new ControlError(400, `${text} is not a Kenyan mobile number`);
  return msisdn;
}

function viewHandset(world: World, msisdn: string): HandsetView {
  return { ...world.phones.handset(msisdn), openPrompt: world.phones.openPrompt(msisdn) ?? null };
}
