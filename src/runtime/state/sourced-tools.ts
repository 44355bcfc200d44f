import type { EffectGate } from "../../cassette/gates.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import {
  type ApprovalConfig,
  type Grant,
  type GrantedSource,
  toolFunction,
  type WorkerFunction,
} from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import type { Tool } from "../../functions/tool.ts";
import type { ToolSource } from "../../functions/tool-source.ts";
import { ownField } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import type { Cancellation } from "./cancellation.ts";

/** What a source answered. */
interface Found {
  readonly tools: ReadonlyMap<string, Tool>;
  /** What is to be told of the answer, and was not yet. */
  readonly remarks: string[];
}

/** What the sources of a run's workers answered; each is asked once in a run. */
export class SourcedTools {
  readonly #found = new Map<ToolSource, Promise<Found>>();
  readonly #effects: EffectGate;
  readonly #cancellation: Cancellation;

  constructor(effects: EffectGate, cancellation: Cancellation) {
    this.#effects = effects;
    this.#cancellation = cancellation;
  }

  /**
   * A worker with all functions that it may call, at the beginning of a call.
   *
   * @param warn told what a person should know of the answers, each once in a run
   * @throws LlmDoError `call` or `cassette-miss` when a source does not answer, `project` when what
   * it answers does not fit the worker's configuration
   */
  async complete(
    worker: WorkerFunction,
    callId: string,
    warn: (message: string) => void,
  ): Promise<WorkerFunction> {
    const { sources = [] } = worker;
    if (sources.length === 0) return worker;
    const found = await Promise.all(
      sources.map((granted) => this.#cancellation.stopping.race(this.#ask(granted.source, callId))),
    );
    for (const { remarks } of found) for (const remark of remarks.splice(0)) warn(remark);
    const tools = sources.flatMap((granted, index) =>
      [...(found[index]?.tools ?? [])].map(([name, tool]) => ({ granted, name, tool })),
    );
    return { ...worker, functions: withGrants(worker, tools) };
  }

  /** Ends what the sources opened for the run. */
  async close(): Promise<void> {
    const { signal } = this.#cancellation.over;
    await Promise.all([...this.#found.keys()].map((source) => source.close(signal)));
  }

  #ask(source: ToolSource, callId: string): Promise<Found> {
    const known = this.#found.get(source);
    if (known) return known;
    const request = { ...source.asked, effect: "external", callId } as const;
    const asked = this.#effects
      .perform(request, () => source.list(this.#cancellation.over.signal))
      .then((answer) => ({
        tools: source.toolsOf(answer),
        remarks: [...(source.remarks?.(answer) ?? [])],
      }));
    this.#found.set(source, asked);
    return asked;
  }
}

/** A tool of one of a worker's sources. */
interface SourcedTool {
  readonly granted: GrantedSource;
  /** The source's own name of it. */
  readonly name: string;
  readonly tool: Tool;
}

/** One that models can call. */
interface NamedTool extends SourcedTool {
  readonly called: string;
}

/** @throws LlmDoError `project` for a name that is taken, or an approval of no tool */
function withGrants(
  worker: WorkerFunction,
  tools: readonly SourcedTool[],
): WorkerFunction["functions"] {
  const functions = new Map<string, Grant>(worker.functions);
  const named = namedTools(worker, tools);
  for (const granted of worker.sources ?? []) checkApprovals(worker, granted, named);
  for (const one of named) {
    const { granted, tool, called } = one;
    const pin = granted.source.pinOf?.(tool);
    functions.set(called, {
      function: { ...toolFunction(called, tool, worker.file), ...(pin ? { pin } : {}) },
      inputSchema: jsonSchemaOf(tool.input, "input", called),
      toolset: granted.toolset,
      ...(granted.configuration ? { configuration: granted.configuration } : {}),
      approval: approvalOf(one),
    });
  }
  return functions;
}

function namedTools(worker: WorkerFunction, tools: readonly SourcedTool[]): readonly NamedTool[] {
  const names = sourcedNames(
    tools.map(({ name, granted }) => ({ name, prefix: granted.prefix })),
    new Set(worker.functions.keys()),
  );
  return tools.map((one, index) => {
    const called = names[index];
    if (called === undefined) throw taken(worker, one, tools);
    return { ...one, called };
  });
}

function taken(worker: WorkerFunction, one: SourcedTool, tools: readonly SourcedTool[]) {
  const { name, granted } = one;
  const other =
    worker.functions.get(name)?.toolset ??
    tools.find((candidate) => candidate !== one && candidate.name === name)?.granted.toolset ??
    "another one";
  const reason = `"${other}" and "${granted.toolset}" both bring a function "${name}"`;
  return doesNotFit(worker, granted, { reason, hint: "leave it out: name the others in tools" });
}

/** What is said of a tool: by its own name where its server is configured, else by its function's. */
function approvalOf({ granted, name, called }: NamedTool): ApprovalConfig {
  const { approvals, ownApprovals = {} } = granted;
  const said = [
    ownField(ownApprovals, name),
    ...configuredNames({ granted, name, called }).map((one) => ownField(approvals, one)),
  ];
  return {
    preApproved: said.some((approval) => approval?.preApproved),
    blocked: said.some((approval) => approval?.blocked),
  };
}

/** The names by which a toolset's configuration may speak of a tool. */
function configuredNames({ granted, name, called }: Omit<NamedTool, "tool">): readonly string[] {
  const long = granted.prefix === undefined ? [] : [`${granted.prefix}_${name}`];
  return [...new Set([called, name, ...long])];
}

/** A tool that is blocked under a wrong name would not be blocked. */
function checkApprovals(
  worker: WorkerFunction,
  granted: GrantedSource,
  named: readonly NamedTool[],
): void {
  const siblings = named.filter((one) => one.granted.toolset === granted.toolset);
  for (const tool of Object.keys(granted.approvals)) {
    const meant = siblings.filter((one) => configuredNames(one).includes(tool));
    if (meant.length === 1) continue;
    const where = { tool, toolset: granted.toolset };
    const known = siblings.map(({ called }) => called);
    if (meant.length === 0) throw noSuchTool(worker, granted, { ...where, known });
    const names = meant.map(({ called }) => `"${called}"`).join(" or ");
    throw doesNotFit(worker, granted, {
      reason: `_approval_config names "${tool}", which several servers have`,
      hint: `write ${names}, or say it below the server`,
    });
  }
  const tools = named.filter((one) => one.granted === granted).map(({ name }) => name);
  const unknown = Object.keys(granted.ownApprovals ?? {}).find((name) => !tools.includes(name));
  if (unknown === undefined) return;
  const toolset = `${granted.toolset}.${granted.prefix ?? ""}`;
  throw noSuchTool(worker, granted, { tool: unknown, toolset, known: tools });
}

function noSuchTool(
  worker: WorkerFunction,
  granted: GrantedSource,
  {
    tool,
    toolset,
    known,
  }: { readonly tool: string; readonly toolset: string; readonly known: readonly string[] },
): LlmDoError {
  const near = nearest(tool, known);
  return doesNotFit(worker, granted, {
    reason: `_approval_config names "${tool}", which "${toolset}" does not have`,
    hint: near === undefined ? `use one of: ${known.join(", ")}` : `write "${near}"`,
  });
}

function doesNotFit(
  worker: WorkerFunction,
  { place }: GrantedSource,
  { reason, hint }: { readonly reason: string; readonly hint: string },
): LlmDoError {
  const what = worker.file;
  return new LlmDoError({ code: "project", verb: "load", what, reason, place, tries: [hint] });
}

/** A tool of a source, before it has the name that models call it by. */
export interface SourcedName {
  /** The source's own name of it. */
  readonly name: string;
  /** What may go before it; undefined where nothing may. */
  readonly prefix: string | undefined;
}

/** How often the sign between prefix and name is written before a name counts as taken for good. */
const MOST_SIGNS = 3;

/**
 * The names that models call tools by: their own, and where another function has that, too, with
 * their prefix: `files_read`. All tools of one name get theirs, so that no order of the sources
 * decides which of them keeps it; where a name with a prefix is taken, the sign is doubled.
 *
 * @param taken names of the worker's other functions
 * @returns in the order of `tools`; undefined for a tool that no such name is left for
 */
export function sourcedNames(
  tools: readonly SourcedName[],
  taken: ReadonlySet<string>,
): readonly (string | undefined)[] {
  const signs = tools.map(() => 0);
  for (;;) {
    const names = tools.map((one, index) => prefixed(one, signs[index] ?? 0));
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    const clashes = names.map((name) => taken.has(name) || (counts.get(name) ?? 0) > 1);
    const next = signs.map((count, index) => {
      const canGrow = tools[index]?.prefix !== undefined && count < MOST_SIGNS;
      return clashes[index] && canGrow ? count + 1 : count;
    });
    if (next.every((count, index) => count === signs[index])) {
      return names.map((name, index) => (clashes[index] ? undefined : name));
    }
    signs.splice(0, signs.length, ...next);
  }
}

function prefixed({ name, prefix }: SourcedName, signs: number): string {
  return signs === 0 || prefix === undefined ? name : `${prefix}${"_".repeat(signs)}${name}`;
}
