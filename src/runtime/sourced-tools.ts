import type { EffectGate } from "../cassette/effect-gate.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import {
  type Grant,
  type GrantedSource,
  toolFunction,
  type WorkerFunction,
} from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import type { Tool } from "../functions/tool.ts";
import type { ToolSource } from "../functions/tool-source.ts";
import type { Cancellation } from "./cancellation.ts";

/** What the sources of a run's workers answered; each is asked once in a run. */
export class SourcedTools {
  readonly #tools = new Map<ToolSource, Promise<ReadonlyMap<string, Tool>>>();
  readonly #effects: EffectGate;
  readonly #cancellation: Cancellation;

  constructor(effects: EffectGate, cancellation: Cancellation) {
    this.#effects = effects;
    this.#cancellation = cancellation;
  }

  /**
   * A worker with all functions that it may call, at the beginning of a call.
   *
   * @throws LlmDoError `call` or `cassette-miss` when a source does not answer, `project` when what
   * it answers does not fit the worker's configuration
   */
  async complete(worker: WorkerFunction, callId: string): Promise<WorkerFunction> {
    const { sources = [] } = worker;
    if (sources.length === 0) return worker;
    const found = await Promise.all(
      sources.map((granted) => this.#cancellation.race(this.#ask(granted.source, callId))),
    );
    const functions = new Map(worker.functions);
    for (const [index, tools] of found.entries()) {
      const granted = sources[index];
      if (granted) addGrants(functions, { worker, granted, tools });
    }
    return { ...worker, functions };
  }

  /** Ends what the sources opened for the run. */
  async close(): Promise<void> {
    const { signal } = this.#cancellation;
    await Promise.all([...this.#tools.keys()].map((source) => source.close(signal)));
  }

  #ask(source: ToolSource, callId: string): Promise<ReadonlyMap<string, Tool>> {
    const known = this.#tools.get(source);
    if (known) return known;
    const request = { ...source.asked, effect: "external", callId } as const;
    const asked = this.#effects
      .perform(request, () => source.list(this.#cancellation.signal))
      .then((answer) => source.toolsOf(answer));
    this.#tools.set(source, asked);
    return asked;
  }
}

interface Added {
  readonly worker: WorkerFunction;
  readonly granted: GrantedSource;
  readonly tools: ReadonlyMap<string, Tool>;
}

function addGrants(functions: Map<string, Grant>, { worker, granted, tools }: Added): void {
  checkApprovals(worker, granted, tools);
  const { approvals, toolset } = granted;
  for (const [name, tool] of tools) {
    const other = functions.get(name);
    if (other) {
      const reason = `"${other.toolset}" and "${toolset}" both bring a function "${name}"`;
      throw doesNotFit(worker, granted, { reason, hint: "leave it out: name the others in tools" });
    }
    functions.set(name, {
      function: toolFunction(name, tool, worker.file),
      inputSchema: jsonSchemaOf(tool.input, "input", name),
      toolset,
      approval: (Object.hasOwn(approvals, name) ? approvals[name] : undefined) ?? UNSAID,
    });
  }
}

const UNSAID = { preApproved: false, blocked: false };

/** A tool that is blocked under a wrong name would not be blocked. */
function checkApprovals(worker: WorkerFunction, granted: GrantedSource, tools: Added["tools"]) {
  const names = [...tools.keys()];
  for (const tool of Object.keys(granted.approvals)) {
    if (tools.has(tool)) continue;
    const near = nearest(tool, names);
    throw doesNotFit(worker, granted, {
      reason: `_approval_config names "${tool}", which "${granted.toolset}" does not have`,
      hint: near === undefined ? `use one of: ${names.join(", ")}` : `write "${near}"`,
    });
  }
}

function doesNotFit(
  worker: WorkerFunction,
  { place }: GrantedSource,
  { reason, hint }: { readonly reason: string; readonly hint: string },
): LlmDoError {
  const what = worker.file;
  return new LlmDoError({ code: "project", verb: "load", what, reason, place, tries: [hint] });
}
