import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { priceOf } from "../../model/prices.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import type { TestCase } from "../cases/file/test-case.ts";

/**
 * The model that a case's entry asks, as far as its worker files say without loading any code.
 *
 * @returns undefined where they do not say, or cannot be read
 */
export function entryModel(one: TestCase, { files, env }: Host): string | undefined {
  if (one.model !== undefined) return one.model;
  const workers = one.files.flatMap((file) => {
    if (!file.endsWith(WORKER_EXTENSION) || files.stat(file)?.kind !== "file") return [];
    return workersIn(files.readText(file), file);
  });
  const { entry = "main" } = one;
  const [only, ...others] = workers;
  const found =
    workers.find(({ name }) => name === entry) ??
    workers.find((worker) => worker.entry) ??
    (others.length === 0 && one.entry === undefined ? only : undefined);
  return found && (found.model ?? env["LLM_DO_MODEL"]);
}

function workersIn(text: string, file: string): readonly WorkerDefinition[] {
  try {
    return [parseWorker(text, file)];
  } catch (error) {
    if (isLlmDoError(error)) return []; // running the case says what is wrong
    throw error;
  }
}

/** As in `anthropic:claude-haiku-4-5 takes $1 a million tokens in and $5 out`; undefined without a price. */
export function listPrice(model: string): string | undefined {
  const price = priceOf(model);
  if (!price) return undefined;
  const { input, output } = price.usdPerMillionTokens;
  return `${model} takes $${input} a million tokens in and $${output} out`;
}
