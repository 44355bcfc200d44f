import { hash } from "node:crypto";
import { CassetteSession } from "../../../cassette/session/session.ts";
import type { CassetteMode } from "../../../cassette/state/session-state.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { jsonSchemaOf } from "../../../functions/schema.ts";
import { takesOnlyText } from "../../../functions/worker-input.ts";
import type { Host } from "../../../host/host.ts";
import { isJsonObject, type Json, textOrJson } from "../../../model/json.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import { openScript } from "../../../project/run/local-models.ts";
import { runProject } from "../../../project/run/run-project.ts";
import { type LoadedWorker, loadWorker } from "../../load-worker.ts";
import type { Right } from "../run/disagreement.ts";
import { rightOf } from "./ask-person.ts";
import type { LabelCase } from "./label.ts";

/** A worker that says which of two answers is right, with a cassette of its own. */
interface Judge {
  /** Its `.worker` file. */
  readonly file: string;
  /** Further files of its project. */
  readonly others: readonly string[];
  readonly cassette: string;
  readonly mode: CassetteMode;
  /** Answers in its model's place. */
  readonly script: string | undefined;
}

interface JudgePlace {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** A judge whose cassette is open. */
export interface OpenJudge {
  readonly file: string;
  ask(each: LabelCase): Promise<Right>;
  close(outcome: { readonly ok: boolean }): void;
}

/**
 * Opens a judge. Which answer comes first follows from the case, so that a replay asks the same.
 *
 * @throws LlmDoError whatever is wrong with its worker, its cassette or its script; `ask` rejects with
 * whatever ends a run, a miss among it, and with `call` for an answer that names neither
 */
export async function openJudge(judge: Judge, place: JudgePlace): Promise<OpenJudge> {
  const { host } = place;
  const { file, others } = judge;
  const loaded = await loadWorker(file, others, host);
  const { rules } = loadProjectConfig(loaded.project.folder, host.files);
  const session = CassetteSession.open({ path: judge.cassette, mode: judge.mode, host, rules });
  const script = judge.script === undefined ? undefined : openScript(judge.script, host);
  return {
    file,
    ask: async (each) => {
      const isToolFirst = Number.parseInt(hash("sha256", each.id).slice(0, 1), 16) < 8;
      const input = inputOf(loaded, each, isToolFirst);
      const output = await runJudge(loaded, input, { ...place, session, script });
      return rightIn(output, isToolFirst, file);
    },
    close: (outcome) => session.close(outcome),
  };
}

interface JudgeRun extends JudgePlace {
  readonly session: CassetteSession;
  readonly script: ReturnType<typeof openScript> | undefined;
}

async function runJudge(
  { project, worker }: LoadedWorker,
  input: Json,
  { host, signal, onWarning, session, script }: JudgeRun,
): Promise<unknown> {
  const run = {
    host,
    config: loadProjectConfig(project.folder, host.files),
    cassette: undefined,
    session,
    input,
    approvals: "headless",
    model: undefined,
    limits: {},
    signal,
    script: undefined,
    transport: script,
    onEvent: undefined,
    onWarning,
  } as const;
  const { ended } = await runProject({ ...project, entry: worker }, run);
  if (ended.kind === "failed") throw ended.error;
  return ended.result.output;
}

/** A worker of texts reads the three parts; one with properties of its own gets them by name. */
function inputOf({ worker }: LoadedWorker, each: LabelCase, isToolFirst: boolean): Json {
  const [a, b] = isToolFirst ? [each.tool, each.prompt] : [each.prompt, each.tool];
  const { input } = each;
  if (!takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name)))
    return { case: input, a, b };
  const parts = { Case: input, "Answer a": a, "Answer b": b };
  return Object.entries(parts)
    .map(([title, value]) => `${title}:\n${textOrJson(value)}`)
    .join("\n\n");
}

/** `a`, `b`, `both` or `neither`, alone or as `right` of a map. */
function rightIn(output: unknown, isToolFirst: boolean, file: string): Right {
  const said = isJsonObject(output) ? output["right"] : output;
  const word = String(said)
    .trim()
    .toLowerCase()
    .replace(/[."'`]/g, "");
  switch (word) {
    case "a":
    case "b":
      return rightOf(word, isToolFirst);
    case "both":
    case "neither":
      return word;
    default:
      throw new LlmDoError({
        code: "call",
        verb: "judge",
        what: file,
        reason: `it must answer a, b, both or neither, and answered ${JSON.stringify(said)}`,
        tries: ["tell it to answer with one of these words, or give it an output_schema"],
      });
  }
}
