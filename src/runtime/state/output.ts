import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Json } from "../../model/json.ts";

/** What a model reads of a function's output: text as it is, anything else as JSON. */
export function outputText(output: Json): string {
  return typeof output === "string" ? output : JSON.stringify(output);
}

/** Deeper data, a cycle among it, is left to JSON. */
const MOST_COPIED_LEVELS = 32;

/**
 * Copies plain data, in a third of the time that JSON takes. Returns undefined for anything that JSON
 * might change or refuse.
 */
function copyOfData(value: unknown, levels: number): Json | undefined {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
  }
  if (typeof value !== "object" || levels === 0 || "toJSON" in value) return undefined;
  if (Array.isArray(value)) return copyOfList(value, levels);
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(fields)) {
    const field = copyOfData(fields[key], levels - 1);
    if (field === undefined || key === "__proto__") return undefined;
    copy[key] = field;
  }
  return copy;
}

function copyOfList(list: readonly unknown[], levels: number): Json | undefined {
  const copy: Json[] = [];
  for (let index = 0; index < list.length; index++) {
    const item = copyOfData(list[index], levels - 1);
    if (item === undefined) return undefined;
    copy.push(item);
  }
  return copy;
}

/**
 * A value as JSON would carry it; undefined becomes null.
 *
 * @throws LlmDoError `call` when JSON cannot carry it: a cycle, a big integer
 */
export function toJson(value: unknown, name: string): Json {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (value === undefined) return null;
  const copy = copyOfData(value, MOST_COPIED_LEVELS);
  if (copy !== undefined) return copy;
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : (JSON.parse(text) as Json); // what was parsed is JSON
  } catch (error) {
    throw new LlmDoError({
      code: "call",
      verb: "call",
      what: name,
      reason: `a value that it takes or gives is not JSON: ${messageOf(error)}`,
      cause: error,
    });
  }
}
