import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/api/open-project.ts";
import { answerEvents } from "../../src/model/answer.ts";
import type { AnswerSource } from "../../src/model/event.ts";
import type { Json } from "../../src/model/json.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

/** A worker that reads dates of mail headers. */
export const DATE_WORKER = `---
name: iso_date
description: Read the day of a Date header
model: anthropic:claude-haiku-4-5
---
Answer with the day of this Date header as YYYY-MM-DD.
`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As many distinct dates as asked for, in two shapes, with the right answers. */
export function datePairs(count: number): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => {
    const day = String((index % 19) + 10);
    const month = Math.floor(index / 19) % 12;
    const year = 1999 + Math.floor(index / 228);
    const weekday = index % 2 === 0 ? "Mon, " : "";
    return [
      `${weekday}${day} ${MONTHS[month]} ${year} 10:20:30 +0200`,
      `${year}-${String(month + 1).padStart(2, "0")}-${day}`,
    ] as const;
  });
}

/** The code that gives those answers. */
export const DATE_CODE = `const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DATE = /^(?:[A-Z][a-z]{2}, )?(\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) [\\d:]+ [+-]\\d{4}$/;

function answer({ input }: Input): Answer {
  const [, day, name = "", year] = DATE.exec(input) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return { ok: false, reason: "it is no date of mail" };
  return { ok: true, value: \`\${year}-\${String(month).padStart(2, "0")}-\${day}\` };
}`;

export interface Recording {
  /** The worker's file, and others that it needs. */
  readonly files: readonly string[];
  /** Inputs with what is answered to them; once more for another sample. */
  readonly pairs: readonly (readonly [input: unknown, answer: string])[];
  readonly cassette?: string;
  readonly samples?: number;
  readonly source?: AnswerSource;
}

/** Texts of cassettes by the number of calls: recording them takes longer than most tests. */
const RECORDED = new Map<number, string>();
const CALLS = "cassettes/calls.yaml";

/** Puts the worker that reads dates into a folder, and so many recorded calls of it. */
export async function recordDates(folder: string, count: number): Promise<void> {
  writeFiles(folder, { "iso_date.worker": DATE_WORKER, "package.json": "{}" });
  const recorded = RECORDED.get(count);
  if (recorded === undefined) {
    await recordCalls(folder, { files: ["iso_date.worker"], pairs: datePairs(count) });
    RECORDED.set(count, readFileSync(join(folder, CALLS), "utf8"));
  } else {
    writeFiles(folder, { [CALLS]: recorded });
  }
}

/** Records calls of a worker, as runs would. */
export async function recordCalls(folder: string, recording: Recording): Promise<void> {
  const { files, pairs, cassette = CALLS, samples = 1 } = recording;
  for (const [input, text] of pairs) {
    await run({
      files: files.map((file) => join(folder, file)),
      input,
      transport: saying(text, recording.source ?? "live"),
      cassette: { path: join(folder, cassette), mode: "auto", samples },
      host: testHost(),
    });
  }
}

function saying(text: string, source: AnswerSource): ModelTransport {
  return {
    async *stream() {
      yield* answerEvents({
        parts: [{ kind: "text", text }],
        stop: "end",
        usage: { inputTokens: 100, outputTokens: 10 },
        source,
      });
    },
  };
}

/** Each line of a JSON Lines file. */
export function jsonLines(text: string): Json[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
