import type { JsonSchema } from "../../model/json.ts";
import { unheldOutput } from "../anthropic/held-schema.ts";
import { takesOutputSchema } from "../anthropic/model-generation.ts";
import { type ProviderRow, switchesOf } from "../table/provider-table.ts";
import { isObjectSchema } from "../wire/schema/object-root.ts";
import { chatSchemaRules } from "../wire/schema/schema-rules.ts";
import { closedRefusal, strictRefusal } from "../wire/schema/strict-schema.ts";

/** By what means a model is told the schema of its answer. */
type OutputCarrier =
  /** The provider holds the model to it. */
  | { readonly kind: "held" }
  /** The provider is told it and does not hold the model to all of it. */
  | { readonly kind: "told"; readonly why: string }
  /** The model is offered the tool `final_answer`. */
  | { readonly kind: "tool"; readonly why: string };

const HELD: OutputCarrier = { kind: "held" };

/** By rows of providers, then by schema: a loop asks with the same ones again and again. */
const known = new WeakMap<ProviderRow, WeakMap<JsonSchema, Map<string, OutputCarrier>>>();

/** Finds the means by which a provider takes an output schema without narrowing it. */
export function outputCarrier(row: ProviderRow, model: string, schema: JsonSchema): OutputCarrier {
  const ofRow = known.get(row) ?? new WeakMap<JsonSchema, Map<string, OutputCarrier>>();
  known.set(row, ofRow);
  const byModel = ofRow.get(schema) ?? new Map<string, OutputCarrier>();
  ofRow.set(schema, byModel);
  const carrier = byModel.get(model) ?? findCarrier(row, model, schema);
  byModel.set(model, carrier);
  return carrier;
}

function findCarrier(row: ProviderRow, model: string, schema: JsonSchema): OutputCarrier {
  if (switchesOf(row).jsonSchema === "none") return { kind: "tool", why: "the server takes none" };
  switch (row.wire) {
    case "anthropic": {
      if (!takesOutputSchema(model)) return { kind: "tool", why: "the model takes none" };
      const unheld = unheldOutput(schema);
      return unheld ? { kind: "tool", why: placed(unheld) } : HELD;
    }
    case "openai-responses":
      return isObjectSchema(schema) ? strictly(schema) : NO_OBJECT;
    case "openai-chat":
      return chatCarrier(row, schema);
    default:
      throw new TypeError(`unknown wire ${String(row.wire satisfies never)}`);
  }
}

const NO_OBJECT: OutputCarrier = { kind: "tool", why: "its root is not simply an object" };

function chatCarrier(row: ProviderRow, schema: JsonSchema): OutputCarrier {
  const { jsonSchema, schemas } = switchesOf(row);
  if (!isObjectSchema(schema)) return NO_OBJECT;
  const { outputKeywords } = chatSchemaRules(schemas);
  const refusal = outputKeywords && closedRefusal(schema, outputKeywords);
  if (refusal) return { kind: "tool", why: placed(refusal) };
  if (jsonSchema === "strict") return strictly(schema);
  return { kind: "told", why: "the server has no strict mode" };
}

function strictly(schema: JsonSchema): OutputCarrier {
  const refusal = strictRefusal(schema);
  return refusal ? { kind: "told", why: placed(refusal) } : HELD;
}

function placed({ path, reason }: { readonly path: string; readonly reason: string }): string {
  return `${path === "" ? "it" : path} ${reason}`;
}

/** Whether a model cannot be held to an output schema by its provider, and is offered a tool. */
export function needsFinalAnswerTool(row: ProviderRow, model: string, schema: JsonSchema): boolean {
  return outputCarrier(row, model, schema).kind === "tool";
}
