import { type ConversationShape, conversation, saidBytes } from "./conversation.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import type { RecordingTimes } from "./recording-times.ts";
import { medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";

const PARAGRAPHS: ConversationShape = { turnCount: 1000, turnBytes: 1500, lineBytes: 300 };
const CODE: ConversationShape = { ...PARAGRAPHS, lineBytes: 40 };
const WARM_UPS = 3;

/** How much larger a cassette is than what was said, and what recording adds before the disk. */
export const recording: Figure = {
  name: "recording",
  measure: async () => {
    using subject = new SubjectProcess<ConversationShape, RecordingTimes>("subjects/recording.ts");
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) await subject.ask(PARAGRAPHS);
    const rounds: RecordingTimes[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await subject.ask(PARAGRAPHS));
    const code = await subject.ask(CODE);
    const unit = "x what was said";
    const paragraphBytes = medianOf(rounds, (round) => round.cassetteBytes);
    return [
      {
        figure: "cassette of 1000 turns of paragraphs",
        measured: paragraphBytes / saidBytes(conversation(PARAGRAPHS)),
        bound: 1.2,
        unit,
      },
      {
        figure: "cassette of 1000 turns of code",
        measured: code.cassetteBytes / saidBytes(conversation(CODE)),
        bound: 1.2,
        unit,
      },
      {
        figure: "recording",
        measured: medianOf(rounds, (round) => round.exchangeMs),
        bound: 0.05,
        unit: "ms an exchange",
      },
    ];
  },
};
