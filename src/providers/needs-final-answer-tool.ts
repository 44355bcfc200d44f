import type { JsonSchema } from "../model/json.ts";
import { takesOutputSchema } from "./anthropic/model-generation.ts";
import { isObjectSchema } from "./final-answer-tool.ts";
import { type ProviderRow, switchesOf } from "./provider-table.ts";

/** Whether a model cannot be held to an output schema by its provider, and is offered a tool. */
export function needsFinalAnswerTool(row: ProviderRow, model: string, schema: JsonSchema): boolean {
  if (switchesOf(row).jsonSchema === "none") return true;
  switch (row.wire) {
    case "anthropic":
      return !takesOutputSchema(model);
    case "openai-responses":
      return !isObjectSchema(schema);
    case "openai-chat":
      return !isObjectSchema(schema);
    default:
      throw new TypeError(`unknown wire ${String(row.wire satisfies never)}`);
  }
}
