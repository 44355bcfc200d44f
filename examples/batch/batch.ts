// node batch.ts [auto | replay] < tickets.txt
import { createInterface } from "node:readline";
import { isLlmDoError, openCassette, openProject } from "llm-do";
import { classify } from "./classify.ts";

const mode = process.argv[2] === "replay" ? "replay" : "auto"; // auto asks for what is not recorded
const stop = new AbortController();
process.once("SIGINT", () => stop.abort("interrupted")); // what was recorded stays

const project = await openProject({ files: [new URL("classify.ts", import.meta.url)] });
await using cassette = await openCassette({ path: "tickets.yaml", mode });

const count = { answered: 0, failed: 0 };
const results = project.map(createInterface({ input: process.stdin }), {
  worker: classify,
  cassette,
  concurrency: 16,
  limits: { maxTokens: 5_000, timeoutMs: 60_000 },
  signal: stop.signal,
});
try {
  for await (const { index, report, error } of results) {
    count[report ? "answered" : "failed"]++;
    const told = report
      ? { team: report.output.team, canWait: report.output.canWait }
      : { failed: error.code };
    console.log(JSON.stringify({ index, ...told })); // in the order in which they end
  }
} catch (error) {
  if (!isLlmDoError(error, "aborted")) throw error; // inputs are left
}
const { served = 0, live = 0 } = cassette.summary?.exchanges ?? {};
console.error(
  `${count.answered} answered, ${count.failed} failed; ${live} asked, ${served} replayed`,
);
process.exitCode = count.failed > 0 ? 1 : 0;
