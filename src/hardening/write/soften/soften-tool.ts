import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { jsonSchemaOf, type Schema } from "../../../functions/schema.ts";
import { takesOnlyText } from "../../../functions/worker-input.ts";
import type { Host } from "../../../host/host.ts";
import { isJsonObject, type JsonSchema, readableJson } from "../../../model/json.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import { loadSchemas } from "../../../project/link/load-schemas.ts";
import { codeReference, loadTool } from "../../../project/lock/code-reference.ts";
import { shown } from "../../../project/project-paths.ts";
import { parseWorker } from "../../../worker/parse-worker.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import { type ToolExample, toolExamples } from "./tool-examples.ts";

/** Most examples that stand in a prompt. */
const MOST_EXAMPLES = 5;

export interface SoftenRequest {
  /** `FILE#TOOL` or `FILE#TOOLSET.TOOL`, relative to the current folder. */
  readonly tool: string;
  /** Default: `NAME.worker` beside the tool's file. */
  readonly out?: string | undefined;
  /** Whether a file that is there is replaced. */
  readonly isForced: boolean;
  /** Default: `LLM_DO_MODEL`. */
  readonly model?: string | undefined;
  /** Default: the folders where recordings are kept. */
  readonly recordings: readonly string[] | undefined;
}

interface Softened {
  /** As a person would write it from where they are. */
  readonly path: string;
  readonly name: string;
  readonly examples: number;
}

/**
 * Writes a worker of a tool's name: its description, its schemas, and what it answered in recorded
 * runs as examples.
 *
 * @throws LlmDoError `file` for a file that is there, `project` or `code` for a tool that is not,
 * `usage` without a model, `worker` for a schema that a worker's file cannot hold
 */
export async function softenTool(request: SoftenRequest, host: Host): Promise<Softened> {
  const { files, cwd, env } = host;
  if (!request.tool.includes("#")) throw noTool(request.tool);
  const scope = { folder: cwd, place: undefined, host };
  const tool = await loadTool(request.tool, scope);
  const { path: code, name } = codeReference(request.tool, cwd);
  const out =
    request.out === undefined ? join(dirname(code), `${name}.worker`) : resolve(cwd, request.out);
  if (files.stat(out) && !request.isForced) throw isThere(shown(out, host));
  const model = request.model ?? env["LLM_DO_MODEL"];
  if (model === undefined || model === "") throw noModel(request.tool);
  const output = answerSchema(tool.output, name);
  const { rules } = loadProjectConfig(dirname(code), files);
  const search = { paths: request.recordings, folder: dirname(code) };
  const cassettes = findCassettes(search, host).map((path) => resolve(cwd, path));
  const source = { cassettes, files, rules, output: output && tool.output };
  const examples = await toolExamples(name, { ...source, count: MOST_EXAMPLES });
  const input = jsonSchemaOf(tool.input, "input", name);
  const { description } = tool;
  const text = workerText({ name, description, model, input, output, examples });
  // Before it is written: what a worker's file cannot hold is said with the tool at hand.
  await loadSchemas([parseWorker(text, shown(out, host))], { folder: dirname(out), host });
  files.write(out, text);
  return { path: shown(out, host), name, examples: examples.length };
}

/** What the worker has to answer; undefined for a text. A hardened answer is its value. */
function answerSchema(output: Schema | undefined, name: string): JsonSchema | undefined {
  if (!output) return undefined;
  const schema = jsonSchemaOf(output, "output", name);
  const plain = hardenedValue(schema) ?? schema;
  return plain["type"] === "string" && plain["enum"] === undefined ? undefined : plain;
}

/** The schema of `value` where a schema says `{ ok: true, value }` or `{ ok: false, reason }`. */
function hardenedValue(schema: JsonSchema): JsonSchema | undefined {
  const cases = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(cases)) return undefined;
  for (const one of cases) {
    const properties = isJsonObject(one) ? one["properties"] : undefined;
    if (!isJsonObject(properties)) continue;
    const { ok, value } = properties;
    if (isJsonObject(ok) && ok["const"] === true && isJsonObject(value)) return value;
  }
  return undefined;
}

function isThere(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what,
    reason: "it is there already",
    tries: ["name another file with --out, or replace it with --force"],
  });
}

function noModel(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "soften",
    what,
    reason: "nothing says which model the worker is to ask",
    tries: ["add --model, as in --model anthropic:claude-haiku-4-5, or set LLM_DO_MODEL"],
  });
}

function noTool(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "soften",
    what,
    reason: "it does not say which tool",
    tries: [`llm-do soften ${what}#TOOL`],
  });
}

/** What a worker is made of that does by a prompt what a tool does by code. */
interface SoftWorker {
  readonly name: string;
  readonly description: string;
  readonly model: string;
  readonly input: JsonSchema;
  /** Undefined where it answers with a text. */
  readonly output: JsonSchema | undefined;
  readonly examples: readonly ToolExample[];
}

/** The text of its `.worker` file. */
function workerText(worker: SoftWorker): string {
  const { name, description, model, input, output, examples } = worker;
  const isText = takesOnlyText(input);
  const front = {
    name,
    description,
    model,
    ...(isText ? {} : { input_schema: input }),
    ...(output === undefined ? {} : { output_schema: output }),
  };
  const shape = output === undefined ? "Answer with the result only." : ANSWER_IN_JSON;
  const shown = examples.map((example) => exampleText(example, isText));
  const body = [description.trim(), shape, ...(shown.length > 0 ? ["Examples:", ...shown] : [])];
  return `---\n${stringify(front, { lineWidth: 0 })}---\n${body.join("\n\n")}\n`;
}

const ANSWER_IN_JSON =
  "Answer with the JSON value that the output schema describes, and nothing else.";

function exampleText({ input, output }: ToolExample, isText: boolean): string {
  const said = isText && isJsonObject(input) ? (input["input"] ?? input) : input;
  return `<input>\n${readableJson(said)}\n</input>\n<output>\n${readableJson(output)}\n</output>`;
}
