import type { Json, JsonSchema } from "../model/json.ts";
import type { Tool } from "./tool.ts";

/**
 * Tools that only a run can know, because somebody has to be asked for them, such as the server that
 * has them. The answer is an external effect: it is recorded, and a replay does not ask.
 */
export interface ToolSource {
  /** What the answer is recorded under; holds no secret. */
  readonly asked: { readonly tool: string; readonly input: Json };
  /**
   * Asks.
   *
   * @param signal aborts when the run ends; the same one that the run's calls get
   * @throws LlmDoError when there is no answer
   */
  list(signal: AbortSignal): Promise<Json>;
  /**
   * The tools of an answer, live or recorded.
   *
   * @throws LlmDoError for an answer that holds what no model could call
   */
  toolsOf(answer: Json): ReadonlyMap<string, Tool>;
  /** What a person is told of an answer, live or recorded. Default: nothing. */
  remarks?(answer: Json): readonly string[];
  /**
   * How a tool of an answer is described by somebody who may describe it otherwise tomorrow. Default:
   * none is.
   */
  pinOf?(tool: Tool): ToolPin | undefined;
  /** Ends what was opened for the run of this signal, whether anything was or not. */
  close(signal: AbortSignal): Promise<void>;
}

/** A tool as somebody else's program describes it, who may describe it otherwise tomorrow. */
export interface ToolPin {
  /** What its server is known by in the project; holds no secret. */
  readonly server: Json;
  /** The server's own name of it. */
  readonly tool: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}
