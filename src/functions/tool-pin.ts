import type { Json, JsonSchema } from "../model/json.ts";

/** A tool as somebody else's program describes it, who may describe it otherwise tomorrow. */
export interface ToolPin {
  /** What its server is known by in the project; holds no secret. */
  readonly server: Json;
  /** The server's own name of it. */
  readonly tool: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}
