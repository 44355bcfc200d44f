import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type EffectGate, liveEffects } from "../../src/cassette/gates.ts";
import { isLlmDoError, type LlmDoError } from "../../src/errors/llm-do-error.ts";
import type { CallContext } from "../../src/functions/call-context.ts";
import {
  type ApprovalConfig,
  type FunctionSpace,
  type Grant,
  type LlmFunction,
  type ToolFunction,
  toolFunction,
  type WorkerFunction,
} from "../../src/functions/llm-function.ts";
import { jsonSchemaOf, type Schema } from "../../src/functions/schema.ts";
import { type Effect, tool } from "../../src/functions/tool.ts";
import { workerInputSchema } from "../../src/functions/worker-input.ts";
import type { Host } from "../../src/host/host.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { Caller, ModelTransport } from "../../src/model/transport.ts";
import { createScriptTransport } from "../../src/providers/script/script.ts";
import { parseScript } from "../../src/providers/script/script-file.ts";
import { execute } from "../../src/runtime/run.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import type { RunOptions, RunResult } from "../../src/runtime/state/run-state.ts";
import { testHost } from "./host.ts";

/** What a test says of a tool; the rest has a default. */
export interface ToolLiteral {
  readonly input?: Schema;
  readonly output?: Schema;
  readonly effect?: Effect;
  // biome-ignore lint/suspicious/noExplicitAny: the input has whatever type the test's schema gives
  readonly run?: (input: any, ctx: CallContext) => unknown;
}

/** A tool that takes any object, is pure and answers "done", unless told otherwise. */
export function aTool(name: string, literal: ToolLiteral = {}): ToolFunction {
  const { input = z.looseObject({}), effect = "pure", run = () => "done" } = literal;
  const output = literal.output === undefined ? {} : { output: literal.output };
  const made = tool({ description: `The tool ${name}.`, input, effect, run, ...output });
  return toolFunction(name, made, "tools.ts");
}

type WorkerLiteral = Partial<Omit<WorkerFunction, "kind" | "name" | "functions">> & {
  /** Pre-approved. */
  readonly calls?: readonly LlmFunction[];
  /** Need an approval. */
  readonly asks?: readonly LlmFunction[];
};

/** A worker with the model `test:model` that may call nothing, unless told otherwise. */
export function aWorker(name: string, literal: WorkerLiteral = {}): WorkerFunction {
  const { calls = [], asks = [], ...rest } = literal;
  const functions = new Map<string, Grant>();
  for (const target of calls) functions.set(target.name, grantOf(target, { preApproved: true }));
  for (const target of asks) functions.set(target.name, grantOf(target));
  return {
    kind: "worker",
    name,
    description: `The worker ${name}.`,
    instructions: `You are ${name}.`,
    file: `${name}.worker`,
    model: "test:model",
    compatibleModels: undefined,
    settings: {},
    serverTools: [],
    input: workerInputSchema,
    output: undefined,
    limits: {},
    ...rest,
    functions,
  };
}

function grantOf(target: LlmFunction, approval: Partial<ApprovalConfig> = {}): Grant {
  return {
    function: target,
    inputSchema: jsonSchemaOf(target.input, "input", target.name),
    toolset: target.kind === "worker" ? target.name : "tools",
    approval: { preApproved: false, blocked: false, ...approval },
  };
}

/** The same worker with one more grant; for grants that `calls` and `asks` cannot say. */
export function granting(
  worker: WorkerFunction,
  target: LlmFunction,
  approval: Partial<ApprovalConfig>,
): WorkerFunction {
  const functions = new Map([...worker.functions, [target.name, grantOf(target, approval)]]);
  return { ...worker, functions };
}

/** Lets a worker call itself, or one that calls it. */
export function closeCircle(worker: WorkerFunction, target: LlmFunction): void {
  // The map was made above and is a map that can grow; only its type says otherwise.
  const functions = worker.functions as Map<string, Grant>;
  functions.set(target.name, grantOf(target, { preApproved: true }));
}

/** A transport that answers from a script in YAML. */
export function scripted(yaml: string, host: Host = testHost()): ModelTransport {
  return createScriptTransport(parseScript(yaml, "script.yaml"), {
    file: "script.yaml",
    clock: host.clock,
  });
}

interface Asked extends ModelRequest {
  readonly caller: Caller | undefined;
}

/** The same transport, with a list of what it was asked. */
function watched(inner: ModelTransport, asked: Asked[]): ModelTransport {
  return {
    stream(request, options) {
      asked.push({ ...request, caller: options.caller });
      return inner.stream(request, options);
    },
  };
}

export interface RunLiteral extends Partial<Omit<RunOptions, "space" | "entry" | "transport">> {
  /** Functions beside the entry and what it is granted. */
  readonly space?: readonly LlmFunction[];
  /** The answers in YAML, or what gives them. */
  readonly script?: string | ModelTransport;
  readonly effects?: EffectGate;
}

export interface Ran {
  readonly result: RunResult | undefined;
  readonly error: LlmDoError | undefined;
  readonly events: readonly RunEvent[];
  readonly asked: readonly Asked[];
}

/** Runs an entry and never rejects with what ends a run: that is `error`. */
export async function runEntry(entry: LlmFunction, literal: RunLiteral = {}): Promise<Ran> {
  const { space = [], script = "- Done.", ...rest } = literal;
  const events: RunEvent[] = [];
  const asked: Asked[] = [];
  const host = rest.host ?? testHost();
  const transport = typeof script === "string" ? scripted(script, host) : script;
  const options: RunOptions = {
    entry,
    space: spaceOf([entry, ...space]),
    transport: watched(transport, asked),
    input: entry.kind === "worker" ? "Go." : {},
    effects: liveEffects,
    host,
    cwd: host.cwd,
    refusalOf: undefined,
    watch: undefined,
    approvals: "headless",
    model: undefined,
    defaultModel: undefined,
    limits: {},
    signal: undefined,
    onEvent: (event) => events.push(event),
    ...rest,
  };
  try {
    return { result: await execute(options), error: undefined, events, asked };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { result: undefined, error, events, asked };
  }
}

function spaceOf(functions: readonly LlmFunction[]): FunctionSpace {
  const space = new Map<string, LlmFunction>();
  const add = (target: LlmFunction) => {
    if (space.has(target.name)) return;
    space.set(target.name, target);
    if (target.kind === "tool") return;
    for (const grant of target.functions.values()) add(grant.function);
  };
  for (const target of functions) add(target);
  return space;
}

/** The tool results that a request carries, as `name: text`, errors as `name! text`. */
export function toolResults(request: ModelRequest | undefined): readonly string[] {
  return (request?.messages ?? []).flatMap((message) => {
    if (message.kind !== "tool") return [];
    const texts = message.content.map((part) => (part.kind === "text" ? part.text : part.kind));
    return [`${message.name}${message.isError ? "!" : ":"} ${texts.join("")}`];
  });
}

/** The only tool result of a run that made one round of calls. */
export function toldToModel(ran: Ran): string {
  return toolResults(ran.asked.at(-1)).join("\n");
}

/** Writes files under a folder, making folders on the way. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
