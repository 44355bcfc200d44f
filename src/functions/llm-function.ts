import type { Place } from "../errors/place.ts";
import type { Json, JsonObject, JsonSchema } from "../model/json.ts";
import type { ServerTool } from "../model/request.ts";
import type { DetectorSettings } from "../statistics/detector.ts";
import type { WorkerLimits } from "../worker/limits.ts";
import type { WorkerSettings } from "../worker/settings.ts";
import type { WorkerInCode } from "../worker/worker-definition.ts";
import type { CodeMode } from "./answer-mode.ts";
import type { Domain } from "./domain.ts";
import type { Schema } from "./schema.ts";
import type { Tool } from "./tool.ts";
import type { ToolPin, ToolSource } from "./tool-source.ts";

/** A function of the space, as a caller sees it: a prompt or code. */
export type LlmFunction = WorkerFunction | ToolFunction;

/** A function whose body is a prompt, linked to what it may call. */
export interface WorkerFunction {
  readonly kind: "worker";
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  /** The file that it was written in, for messages. */
  readonly file: string;
  readonly model: string | undefined;
  /** Patterns that its model must fit one of; undefined when any model will do. */
  readonly compatibleModels: readonly string[] | undefined;
  readonly settings: WorkerSettings;
  readonly serverTools: readonly ServerTool[];
  readonly input: Schema;
  /** What its model's answer, read as JSON, is checked by; undefined where the answer is text. */
  readonly output: Schema | undefined;
  readonly limits: WorkerLimits;
  /** What this worker's model may call, by name; nothing else is reachable under it. */
  readonly functions: ReadonlyMap<string, Grant>;
  /** What has more functions for it, which only a run can know. */
  readonly sources?: readonly GrantedSource[];
  /** Where its functions are configured, for a worker that a model made. Default: in its file. */
  readonly configuredIn?: OfferPlace;
  /** Code that may answer in its place. Default: none. */
  readonly alternative?: Alternative;
  /** Where code made it, and the value that code has of it. Default: a `.worker` file says it. */
  readonly inCode?: WorkerInCode;
}

/** What may answer in a prompt's place: a pure tool, or a worker whose model or prompt is cheaper. */
export type Candidate =
  | { readonly kind: "tool"; readonly tool: Tool }
  | { readonly kind: "worker"; readonly worker: WorkerFunction };

/** Code that may answer in a prompt's place. */
export interface Alternative {
  readonly mode: CodeMode;
  readonly candidate: Candidate;
  /** Undefined where code may answer every input. */
  readonly domain: Domain | undefined;
  /** In `canary`: the share of calls that code may answer, above 0 and at most 1. */
  readonly share: number;
  /** In `canary` and `code`: the share of code's answers that are checked, from 0 to 1. */
  readonly check: number;
  /**
   * When comparisons raise an alarm; undefined for a shadow without a certificate, which has none. Those
   * of a certificate are read when they are needed first.
   */
  readonly alarm: DetectorSettings | undefined;
  /** The description of the comparator that tells whether two answers agree. */
  readonly comparator: Json;
  /** Where it is said that code may answer. */
  readonly place: Place;
  /** Why code may not answer after all; undefined where nothing speaks against it. */
  problem(worker: WorkerFunction): string | undefined;
}

/** A function whose body is code. */
export interface ToolFunction {
  readonly kind: "tool";
  readonly name: string;
  readonly description: string;
  readonly file: string;
  readonly input: Schema;
  readonly tool: Tool;
  /** What its code calls in the place of its worker's functions. Default: those. */
  readonly workers?: WorkerSource;
  /** How a server describes it; absent for tools of the project's own. */
  readonly pin?: ToolPin;
  /** The worker of code in whose place it stands. Default: none. */
  readonly inCode?: WorkerInCode;
}

export function toolFunction(name: string, tool: Tool, file: string): ToolFunction {
  return { kind: "tool", name, description: tool.description, file, input: tool.input, tool };
}

/** A function in the hands of one worker, with what its configuration says of approval. */
export interface Grant {
  readonly function: LlmFunction;
  readonly inputSchema: JsonSchema;
  /** The name in the worker's `toolsets` that it comes from. */
  readonly toolset: string;
  /** What the worker's configuration says of that toolset, approvals aside. Default: nothing. */
  readonly configuration?: JsonObject;
  readonly approval: ApprovalConfig;
}

/** A source of tools in the hands of one worker. */
export interface GrantedSource {
  readonly source: ToolSource;
  /** The name in the worker's `toolsets` that it comes from. */
  readonly toolset: string;
  /** What the worker's configuration says of that toolset, approvals aside. Default: nothing. */
  readonly configuration?: JsonObject;
  /** What the worker's configuration says of the toolset's tools, by the names of the functions. */
  readonly approvals: Readonly<Record<string, ApprovalConfig>>;
  /** What it says of this source's tools, by the source's own names. Default: nothing. */
  readonly ownApprovals?: Readonly<Record<string, ApprovalConfig>>;
  /** What goes before a tool's name where another function has it, too. Default: a clash is an error. */
  readonly prefix?: string;
  /** Where the toolset is named. */
  readonly place: Place;
}

/**
 * Workers that a model makes while a run goes on. They are in no function space: a run calls them
 * through tools that have this source.
 */
export interface WorkerSource {
  /** What the text of a worker is recorded under; reading it is a local effect. */
  asked(name: string): { readonly tool: string; readonly input: Json };
  /** @throws Error for the model, when no worker has that name */
  read(name: string): string;
  /**
   * The worker that a text describes, with nothing in its hands but what is offered.
   *
   * @throws LlmDoError `call` for a text that is no such worker
   */
  workerOf(name: string, text: string): Promise<WorkerFunction>;
  /** All that its workers can get, for what looks at a project without running it. */
  readonly offer: Offer;
}

/** What workers that a model makes can be given, linked before anything runs. */
export interface Offer {
  readonly kind: "offer";
  /** The names that they may write in their `toolsets`. */
  readonly toolsets: readonly string[];
  readonly grants: readonly Grant[];
  readonly sources: readonly GrantedSource[];
  readonly configuredIn: OfferPlace;
}

/** Where a person wrote down what workers that a model makes can be given. */
interface OfferPlace {
  readonly file: string;
  /** The names to follow below `toolsets`, each to the `toolsets` below it. */
  readonly within: readonly string[];
}

/** What `_approval_config` says of one tool. */
export interface ApprovalConfig {
  readonly preApproved: boolean;
  readonly blocked: boolean;
}

/** The table name → function of one loaded project. */
export type FunctionSpace = ReadonlyMap<string, LlmFunction>;
