import { hash } from "node:crypto";
import { resolve } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import { type FieldType, objectSchema, required, text } from "../../../functions/object-schema.ts";
import { jsonSchemaOf, type Schema } from "../../../functions/schema.ts";
import type { Host } from "../../../host/host.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import { isJsonObject } from "../../../model/json.ts";
import { loadProject } from "../../../project/load-project.ts";
import type { Project } from "../../../project/project.ts";
import { workerHead } from "../../../runtime/worker/worker-head.ts";
import type { JudgeExpectation } from "../file/judge-expectation.ts";
import { LAYOUT } from "./judge-input.ts";

/** A worker that judges, ready to be called. */
export interface Judge {
  readonly expectation: JudgeExpectation;
  /** The judge's project; its entry is the judge under the name {@link JUDGE_CALL}. */
  readonly project: Project;
  readonly worker: WorkerFunction;
  /** Changes with everything that the judge asks its model: prompt, model, settings, schemas, helpers. */
  readonly identity: string;
}

/** The id of the judge's call, in the case's cassette and wherever its requests are told of. */
const JUDGE_CALL = "judge";

/** Characters of an identity: short enough for a file that people read. */
const IDENTITY_LENGTH = 16;

/**
 * Loads a judge. One without an output schema gets `{ reason, score }`.
 *
 * @param workFolder the folder that the case's run worked in; undefined for the judge's own
 * @throws LlmDoError what is wrong with the judge's project; `worker` for an output schema without a
 * score
 */
export async function openJudge(
  expectation: JudgeExpectation,
  host: Host,
  workFolder?: string,
): Promise<Judge> {
  const { worker: path, files } = expectation;
  const project = await loadProject({ files: [path, ...files], anyEntry: true, workFolder }, host);
  const found = [...project.space.values()].find(
    (each) => each.kind === "worker" && resolve(host.cwd, each.file) === path,
  );
  if (found?.kind !== "worker") throw new TypeError(`${path} was loaded and is not there`);
  if (found.output) checkScore(found.output, found);
  const worker = { ...found, name: JUDGE_CALL, output: found.output ?? VERDICT };
  const identity = identityOf(worker, host.env["LLM_DO_MODEL"]);
  return { expectation, project: { ...project, entry: worker }, worker, identity };
}

/** A share from 0 to 1. */
const score: FieldType<number> = {
  jsonSchema: { type: "number", minimum: 0, maximum: 1, description: "From 0 (bad) to 1 (good)." },
  expects: "a number from 0 to 1",
  fits: (value): value is number => typeof value === "number" && value >= 0 && value <= 1,
};

/** The reason comes first: a model that has given it scores better. */
const VERDICT: Schema = objectSchema({
  reason: required(text("Why, in one sentence.")),
  score: required(score),
});

function checkScore(output: Schema, { name, file }: WorkerFunction): void {
  const { properties } = jsonSchemaOf(output, "output", name);
  if (isJsonObject(properties) && isJsonObject(properties["score"])) return;
  throw new LlmDoError({
    code: "worker",
    verb: "load",
    what: file,
    reason: "a judge answers with a score, and its output_schema has none",
    place: { file },
    tries: [
      "add a property to it: score: { type: number, minimum: 0, maximum: 1 }",
      "or score: { type: boolean }, for pass or fail",
      "or remove output_schema: a judge without one answers { reason, score }",
    ],
  });
}

function identityOf(judge: WorkerFunction, defaultModel: string | undefined): string {
  const seen = new Set<WorkerFunction>();
  const described = (worker: WorkerFunction, inherited: string | undefined): unknown => {
    if (seen.has(worker)) return worker.name;
    seen.add(worker);
    const model = worker.model ?? inherited ?? "";
    const helpers = [...worker.functions.values()].flatMap(({ function: target }) =>
      target.kind === "worker" ? [described(target, model)] : [],
    );
    const takes = jsonSchemaOf(worker.input, "input", worker.name);
    return { model, head: workerHead(worker), takes, helpers };
  };
  const all = canonicalJson({ layout: LAYOUT, judge: described(judge, defaultModel) });
  return hash("sha256", all).slice(0, IDENTITY_LENGTH);
}
