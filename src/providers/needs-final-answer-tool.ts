import type { JsonSchema } from "../model/json.ts";
import { outputCarrier } from "./output-carrier.ts";
import type { ProviderRow } from "./provider-table.ts";

/** Whether a model cannot be held to an output schema by its provider, and is offered a tool. */
export function needsFinalAnswerTool(row: ProviderRow, model: string, schema: JsonSchema): boolean {
  return outputCarrier(row, model, schema).kind === "tool";
}
