import { CassetteSession } from "../../src/cassette/session/session.ts";
import type { Host } from "../../src/host/host.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { type ConversationShape, conversation } from "../conversation.ts";
import type { RecordingTimes } from "../recording-times.ts";
import { serve } from "../serve.ts";
import { runConversation } from "./conversation-run.ts";
import { modelDouble } from "./model-double.ts";
import { type Reviewer, reviewerOf } from "./reviewer.ts";

/** What was appended, in place of a disk. */
const appended = { bytes: 0, writes: 0 };
const host: Host = { ...nodeHost(), files: countingFiles() };
const reviewers = new Map<string, Reviewer>();

/** Runs a conversation with and without a cassette being recorded, and takes the difference. */
serve(async (shape: ConversationShape): Promise<RecordingTimes> => {
  const reviewer = reviewerFor(shape);
  Object.assign(appended, { bytes: 0, writes: 0 });
  const plainMs = await timed(() => plainRun(reviewer));
  const recordedMs = await timed(() => recordedRun(reviewer));
  const exchanges = shape.turnCount + 1;
  if (appended.writes !== exchanges) throw new Error(`${appended.writes} writes`);
  return { exchangeMs: (recordedMs - plainMs) / exchanges, cassetteBytes: appended.bytes };
});

function plainRun(reviewer: Reviewer): Promise<void> {
  return runConversation({ reviewer, transport: modelDouble(reviewer.said), host });
}

async function recordedRun(reviewer: Reviewer): Promise<void> {
  const session = CassetteSession.open({ path: "/nowhere/main.yaml", mode: "record", host });
  await runConversation({ reviewer, transport: modelDouble(reviewer.said), host, session });
  session.close({ ok: true });
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

function reviewerFor(shape: ConversationShape): Reviewer {
  const name = Object.values(shape).join("-");
  const reviewer = reviewers.get(name) ?? reviewerOf(conversation(shape));
  reviewers.set(name, reviewer);
  return reviewer;
}

/** Files that take everything and keep only how much it was. */
function countingFiles(): Host["files"] {
  const append = (text: string) => {
    appended.bytes += Buffer.byteLength(text);
    appended.writes++;
  };
  return {
    ...nodeHost().files,
    stat: () => undefined,
    createExclusive: () => true,
    openAppend: () => ({ append, truncate: () => undefined, close: () => undefined }),
    rename: () => undefined,
    remove: () => undefined,
  };
}
