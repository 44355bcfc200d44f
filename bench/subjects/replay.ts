import { join } from "node:path";
import { CassetteSession } from "../../src/cassette/session/session.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { type ConversationShape, conversation } from "../conversation.ts";
import { serve } from "../serve.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { ConversationQuestion, TurnTimes } from "../turn-times.ts";
import { runConversation } from "./conversation-run.ts";
import { NO_MODEL } from "./model-double.ts";
import { record } from "./record.ts";
import { type Reviewer, reviewerOf } from "./reviewer.ts";

interface Recorded {
  readonly reviewer: Reviewer;
  readonly path: string;
}

const host = nodeHost();
const folder = temporaryFolder();
const recorded = new Map<string, Recorded>();

/** Replays a conversation some times; all that a run does with its cassette is in the time. */
serve(async ({ shape, repeats }: ConversationQuestion): Promise<TurnTimes> => {
  const cassette = await recordedOnce(shape);
  let openMs = 0;
  const startMs = performance.now();
  for (let at = 0; at < repeats; at++) openMs += await replay(cassette);
  const turns = shape.turnCount * repeats;
  return { turnMs: (performance.now() - startMs) / turns, openMs: openMs / turns };
});

/** @returns the milliseconds that opening and indexing the cassette took */
async function replay({ reviewer, path }: Recorded): Promise<number> {
  const startMs = performance.now();
  const session = CassetteSession.open({ path, mode: "replay", host });
  const openMs = performance.now() - startMs;
  await runConversation({ reviewer, transport: NO_MODEL, host, session });
  const { live, missed, unused } = session.close({ ok: true }).exchanges;
  if (live + missed + unused > 0) throw new Error("not everything was replayed");
  return openMs;
}

async function recordedOnce(shape: ConversationShape): Promise<Recorded> {
  const name = `${Object.values(shape).join("-")}.yaml`;
  const known = recorded.get(name);
  if (known) return known;
  const made = { reviewer: reviewerOf(conversation(shape)), path: join(folder, name) };
  await record(made.reviewer, made.path, host);
  recorded.set(name, made);
  return made;
}
