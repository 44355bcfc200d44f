import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "llm-do";
import { askAll, LIVE_LOAD, promptOf } from "../live-load.ts";

const folder = mkdtempSync(join(tmpdir(), "llm-do-bench-"));
const file = join(folder, "main.worker");
writeFileSync(file, `---\nmodel: anthropic:${LIVE_LOAD.model}\n---\n${LIVE_LOAD.system}\n`);

/** The load as runs of their own: a program that calls `run()` each time. Prints milliseconds. */
const tookMs = await askAll(async (index) => {
  const { output } = await run({ files: [file], input: promptOf(index) });
  return output;
});
rmSync(folder, { recursive: true });
process.stdout.write(`${tookMs}\n`);
