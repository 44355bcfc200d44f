import { resolve } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { type LoadedWorker, loadWorker } from "../../load-worker.ts";
import { type PromptRecordings, promptRecordings } from "../../recordings/prompt-recordings.ts";
import type { CompareRequest } from "../compare-request.ts";
import { type FoundTool, findTool, isWorkerFile } from "./find-tool.ts";

/** What is compared with the prompt. */
export type Opponent =
  | ({ readonly kind: "tool" } & FoundTool)
  | ({ readonly kind: "worker"; readonly recorded: PromptRecordings } & LoadedWorker);

/** @throws LlmDoError for a tool or worker that cannot be loaded, or cannot do what is asked for */
export async function openOpponent(
  request: CompareRequest,
  source: Parameters<typeof promptRecordings>[1],
  host: Host,
): Promise<Opponent> {
  const { tool: file, others, generated } = request;
  if (!isWorkerFile(file)) return { kind: "tool", ...(await findTool(file, host)) };
  if (generated > 0) throw nothingToRun(file);
  const loaded = await loadWorker(file, others, host);
  if (resolve(host.cwd, file) === resolve(host.cwd, request.worker)) throw itself(file);
  const recorded = await promptRecordings(loaded.worker, source, undefined);
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

function nothingToRun(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what,
    reason: "a prompt is compared by its recordings alone, without --generated",
    tries: ["leave it out, or name a tool"],
  });
}
