import { resolve } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { isWorkerFile } from "../../../project/project-files.ts";
import { type LoadedWorker, loadWorker } from "../../load-worker.ts";
import { checkOtherName } from "../../other-name.ts";
import { type PromptRecordings, promptRecordings } from "../../recordings/prompt-recordings.ts";
import type { CompareRequest } from "../compare-request.ts";
import { type FoundTool, findTool } from "./find-tool.ts";

/** What is compared with the prompt. */
export type Opponent =
  | ({ readonly kind: "tool" } & FoundTool)
  | ({ readonly kind: "worker"; readonly recorded: PromptRecordings } & LoadedWorker);

interface Compared {
  /** The worker whose prompt it is. */
  readonly prompt: WorkerFunction;
  readonly source: Parameters<typeof promptRecordings>[1];
}

/** @throws LlmDoError for a tool or worker that cannot be loaded, or cannot do what is asked for */
export async function openOpponent(
  request: CompareRequest,
  { prompt, source }: Compared,
  host: Host,
): Promise<Opponent> {
  const { tool: file, others, generated } = request;
  if (!isWorkerFile(file)) return { kind: "tool", ...(await findTool(file, host)) };
  if (generated > 0) throw nothingToRun(file);
  const loaded = await loadWorker(file, others, host);
  if (resolve(host.cwd, file) === resolve(host.cwd, request.worker)) throw itself(file);
  checkOtherName("compare", { worker: prompt.name, other: loaded.worker.name, file });
  const recorded = await promptRecordings(loaded.worker, source, undefined);
  if (recorded.calls.length === 0) throw notRecorded(file, loaded.worker, prompt);
  return { kind: "worker", ...loaded, recorded };
}

/** Each recording agrees with itself. */
function itself(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what,
    reason: "it is the same worker twice, and its recordings agree with themselves",
    tries: ["name the code, or the cheaper prompt, that is to answer in its place"],
  });
}

function notRecorded(what: string, other: WorkerFunction, prompt: WorkerFunction): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what,
    reason: `no recording is of ${other.name} as it is today, and a prompt is compared by its recordings`,
    tries: [
      `let it answer beside the prompt: llm-do promote ${prompt.file} --to shadow --tool ${what}`,
      "or run it on the same inputs with --cassette",
    ],
  });
}

function nothingToRun(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what,
    reason: "a prompt is compared by its recordings alone, without --generated",
    tries: ["leave it out, or name a tool"],
  });
}
