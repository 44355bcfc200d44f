// Records the cassettes of the hardening example anew, or those of the workers that are named: what
// stands in for the model answers, and the cassettes say so. The labels of the corpus become the gold
// answers of `is_spam`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { STAND_INS } from "../examples/hardening/stand-ins.ts";
import { run } from "../src/api/open-project.ts";
import { answerEvents } from "../src/model/answer.ts";
import type { ModelTransport } from "../src/model/transport.ts";
import { repository } from "../tests/support/cli.ts";

interface Mail {
  readonly label: string;
  readonly date: string;
  readonly from: string;
  readonly subject: string;
}

const example = join(repository, "examples/hardening");
const cassettes = join(repository, "cassettes/examples/hardening");
const mails = lines<Mail>("mails.jsonl");

/** Of each task so many inputs are asked twice: that is what is known of the prompt's own noise. */
const ASKED_TWICE = 100;

function lines<Line>(name: string): readonly Line[] {
  const text = readFileSync(join(example, "data", name), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line): Line => JSON.parse(line)); // our own files
}

const bothHeaders = ({ from, subject }: Mail) => `From: ${from}\nSubject: ${subject}`;
const inputs = {
  date_header: mails.map(({ date }) => date),
  sender_name: mails.map(({ from }) => from),
  is_spam: mails.map(bothHeaders),
  user_agent: lines<{ readonly input: string }>("user_agent.gold.jsonl").map(({ input }) => input),
  invoice_line: lines<string>("invoice_lines.jsonl"),
};
const named = process.argv.slice(2);
mkdirSync(cassettes, { recursive: true });
for (const [worker, headers] of Object.entries(inputs)) {
  if (named.length > 0 && !named.includes(worker)) continue;
  const path = join(cassettes, `${worker}.yaml`);
  rmSync(path, { force: true });
  for (const [index, input] of [...new Set(headers)].entries()) {
    const samples = index < ASKED_TWICE ? 2 : 1;
    await run({
      files: [join(example, `${worker}.worker`)],
      input,
      cassette: { path, mode: "auto", samples },
      transport: standIn((sample) => STAND_INS[worker]?.(input, sample) ?? ""),
    });
  }
}

const gold = mails.map((mail) => ({ input: { input: bothHeaders(mail) }, output: mail.label }));
const labels = new Set(gold.map((line) => JSON.stringify(line)));
writeFileSync(join(example, "data/is_spam.gold.jsonl"), `${[...labels].join("\n")}\n`);

function standIn(answer: (sample: number) => string): ModelTransport {
  let sample = 0;
  return {
    async *stream() {
      const text = answer(sample++);
      yield* answerEvents({
        parts: [{ kind: "text", text }],
        stop: "end",
        usage: { inputTokens: 0, outputTokens: 0 },
        source: "script",
      });
    },
  };
}
