// Records the cassettes of the hardening example anew: what stands in for the model answers, and the
// cassettes say so. The labels of the corpus become the gold answers of the third task.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
const mails = readFileSync(join(example, "data/mails.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line): Mail => JSON.parse(line)); // our own file

const bothHeaders = ({ from, subject }: Mail) => `From: ${from}\nSubject: ${subject}`;
const inputs = {
  date_header: mails.map(({ date }) => date),
  sender_name: mails.map(({ from }) => from),
  is_spam: mails.map(bothHeaders),
};
mkdirSync(cassettes, { recursive: true });
for (const [worker, headers] of Object.entries(inputs)) {
  const path = join(cassettes, `${worker}.yaml`);
  rmSync(path, { force: true });
  for (const input of new Set(headers)) {
    await run({
      files: [join(example, `${worker}.worker`)],
      input,
      cassette: { path, mode: "auto" },
      transport: standIn(STAND_INS[worker]?.(input) ?? ""),
    });
  }
}

const gold = mails.map((mail) => ({ input: { input: bothHeaders(mail) }, output: mail.label }));
const lines = new Set(gold.map((line) => JSON.stringify(line)));
writeFileSync(join(example, "data/is_spam.gold.jsonl"), `${[...lines].join("\n")}\n`);

function standIn(text: string): ModelTransport {
  return {
    async *stream() {
      yield* answerEvents({
        parts: [{ kind: "text", text }],
        stop: "end",
        usage: { inputTokens: 0, outputTokens: 0 },
        source: "script",
      });
    },
  };
}
