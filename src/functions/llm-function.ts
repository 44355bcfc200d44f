import type { Place } from "../errors/place.ts";
import type { JsonSchema } from "../model/json.ts";
import type { ModelSettings, ServerTool } from "../model/request.ts";
import type { WorkerLimits } from "../worker/limits.ts";
import type { Schema } from "./schema.ts";
import type { Tool } from "./tool.ts";
import type { ToolSource } from "./tool-source.ts";

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
  readonly settings: ModelSettings;
  readonly serverTools: readonly ServerTool[];
  readonly input: Schema;
  /** What its model's answer, read as JSON, is checked by; undefined where the answer is text. */
  readonly output: Schema | undefined;
  readonly limits: WorkerLimits;
  /** What this worker's model may call, by name; nothing else is reachable under it. */
  readonly functions: ReadonlyMap<string, Grant>;
  /** What has more functions for it, which only a run can know. */
  readonly sources?: readonly GrantedSource[];
}

/** A function whose body is code. */
export interface ToolFunction {
  readonly kind: "tool";
  readonly name: string;
  readonly description: string;
  readonly file: string;
  readonly input: Schema;
  readonly tool: Tool;
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
  readonly approval: ApprovalConfig;
}

/** A source of tools in the hands of one worker. */
export interface GrantedSource {
  readonly source: ToolSource;
  /** The name in the worker's `toolsets` that it comes from. */
  readonly toolset: string;
  /** What the worker's configuration says of its tools, by name. */
  readonly approvals: Readonly<Record<string, ApprovalConfig>>;
  /** Where the toolset is named. */
  readonly place: Place;
}

/** What `_approval_config` says of one tool. */
export interface ApprovalConfig {
  readonly preApproved: boolean;
  readonly blocked: boolean;
}

/** The table name → function of one loaded project. */
export type FunctionSpace = ReadonlyMap<string, LlmFunction>;
