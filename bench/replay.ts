import type { ConversationShape } from "./conversation.ts";
import { type Figure, type Finding, ROUNDS } from "./figure.ts";
import { installPeers } from "./peers.ts";
import { interleave, medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";
import type { ConversationQuestion, TurnTimes } from "./turn-times.ts";

const COUNTS = [10, 100, 1000] as const;
const MOST_MS = 0.05;
const MOST_LONG_MS = 0.15;
/** A sample of ours is at least so many turns long. */
const SAMPLE_TURNS = 1000;
const WARM_UPS = 4;
const UNIT = "ms a turn";

/** Short texts: what a turn costs apart from what is said in it. */
const short = (turnCount: number): ConversationShape => ({
  turnCount,
  turnBytes: 200,
  lineBytes: 80,
});
/** As much as models and tools say. */
const LONG: ConversationShape = { turnCount: 1000, turnBytes: 1500, lineBytes: 300 };

type Subject = SubjectProcess<ConversationQuestion, TurnTimes>;

/** What a turn of a replayed conversation costs: in one process, warmed up, opening included. */
export const replay: Figure = {
  name: "replay",
  measure: async (say) => [...(await ours(say)), ...(await withPeers(say))],
};

async function ours(say: (line: string) => void): Promise<readonly Finding[]> {
  using subject: Subject = new SubjectProcess("subjects/replay.ts");
  const opened: number[] = [];
  const rounds = await interleave(
    {
      n10: () => turnMs(subject, short(10)),
      n100: () => turnMs(subject, short(100)),
      n1000: () => turnMs(subject, short(1000), opened),
      long: () => turnMs(subject, LONG),
    },
    { rounds: ROUNDS, warmUps: WARM_UPS },
  );
  say(`opening and indexing is ${medianOf(opened, Number).toFixed(4)} ms of each of 1000 turns`);
  return [
    ...COUNTS.map((count) => ({
      figure: `replay of ${count} turns`,
      measured: medianOf(rounds, (round) => round[`n${count}`]),
      bound: MOST_MS,
      unit: UNIT,
    })),
    {
      figure: "replay of 1000 long turns",
      measured: medianOf(rounds, (round) => round.long),
      bound: MOST_LONG_MS,
      unit: UNIT,
    },
    {
      figure: "a turn of 1000",
      measured: medianOf(rounds, ({ n10, n1000 }) => n1000 / n10),
      bound: 1.5,
      unit: "x a turn of 10",
    },
  ];
}

/** The most turns that msw is asked for: its turns get slower as a conversation grows. */
const MSW_COUNTS = [10, 400] as const;

/** The same conversations by other means, beside ours in the same moments. */
async function withPeers(say: (line: string) => void): Promise<readonly Finding[]> {
  if (!installPeers(say)) return [];
  using llmDo: Subject = new SubjectProcess("subjects/replay.ts");
  using aiSdk: Subject = new SubjectProcess("peers/ai-sdk.ts");
  using msw: Subject = new SubjectProcess("peers/msw-anthropic.ts");
  const findings: Finding[] = [];
  for (const count of COUNTS) {
    findings.push(await compared("AI SDK with its mock model", count, { llmDo, peer: aiSdk }));
  }
  for (const count of MSW_COUNTS) {
    findings.push(await compared("Anthropic SDK with msw", count, { llmDo, peer: msw }));
  }
  return findings;
}

async function compared(
  name: string,
  count: number,
  { llmDo, peer }: { readonly llmDo: Subject; readonly peer: Subject },
): Promise<Finding> {
  const rounds = await interleave(
    { llmDo: () => turnMs(llmDo, short(count)), peer: () => peerTurnMs(peer, count) },
    { rounds: 7, warmUps: 2 },
  );
  const peerMs = medianOf(rounds, (round) => round.peer);
  return {
    figure: `${name}, ${count} turns: ${peerMs.toPrecision(2)} ms`,
    measured: medianOf(rounds, (round) => round.peer / round.llmDo),
    bound: undefined,
    unit: "x llm-do",
  };
}

async function turnMs(subject: Subject, shape: ConversationShape, opened: number[] = []) {
  const repeats = Math.ceil(SAMPLE_TURNS / shape.turnCount);
  const times = await subject.ask({ shape, repeats });
  opened.push(times.openMs);
  return times.turnMs;
}

/** Peers take longer, so fewer turns make a sample. */
async function peerTurnMs(peer: Subject, count: number): Promise<number> {
  return (await peer.ask({ shape: short(count), repeats: Math.ceil(100 / count) })).turnMs;
}
