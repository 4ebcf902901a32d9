import { once } from "node:events";
import { z } from "zod";
import { closeDb } from "@/lib/db";
import { accessToken } from "@/lib/provider-gate/access-token";
import { takeTurn } from "@/lib/provider-gate/take-turn";
import { providers } from "@/lib/providers/registry";

/**
 * A process of its own that stands at the gate with many calls at once: `ask-at-gate.ts token <key hash>
 * <consumer key> <consumer secret> <calls>` or `ask-at-gate.ts turns <gate> <calls per second> <calls>`.
 * It says `ready`, waits for a line, and prints what its calls were given as JSON.
 */
const count = z.coerce.number().int().positive();
const asked = z
  .union([
    z.tuple([z.literal("token"), z.string(), z.string(), z.string(), count]),
    z.tuple([z.literal("turns"), z.string(), count, count]),
  ])
  .parse(process.argv.slice(2));

const now = () => new Date();

async function oneToken(keyHash: string, consumerKey: string, consumerSecret: string) {
  const app = { keyHash, keys: { consumerKey, consumerSecret } };
  const request = providers.prompt().requestToken;
  const given = await accessToken(providers.prompt(), app, {
    now,
    request: (_provider, keys) => request(keys),
  });
  return given.kind === "token" ? given.accessToken : given.kind;
}

async function oneTurn(name: string, callsPerSecond: number) {
  const at = now();
  const turn = await takeTurn({ name, callsPerSecond, waitMaxMs: 60_000, now: at });
  return turn.kind === "go" ? at.getTime() + turn.waitMs : turn.kind;
}

process.stdout.write("ready\n");
await once(process.stdin, "data");
const calls = asked[0] === "token" ? asked[4] : asked[3];
const given = await Promise.all(
  Array.from({ length: calls }, () =>
    asked[0] === "token" ? oneToken(asked[1], asked[2], asked[3]) : oneTurn(asked[1], asked[2]),
  ),
);
process.stdout.write(JSON.stringify(given));
await closeDb();
process.stdin.destroy();
