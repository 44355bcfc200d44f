import { isJsonObject, type Json } from "../model/json.ts";

/** The first place where two JSON values differ; undefined stands for what is not there. */
export interface Difference {
  /** The keys and indices that lead there. */
  readonly path: readonly (string | number)[];
  readonly recorded: Json | undefined;
  readonly asked: Json | undefined;
}

/** Finds the first difference in the order of the fields; undefined when the values are equal. */
export function firstDifference(
  recorded: Json | undefined,
  asked: Json | undefined,
  path: Difference["path"] = [],
): Difference | undefined {
  const isList = Array.isArray(recorded) && Array.isArray(asked);
  if (!isList && !(isJsonObject(recorded) && isJsonObject(asked))) {
    return recorded === asked ? undefined : { path, recorded, asked };
  }
  // Lists are compared by their indices as objects are by their keys.
  const left = recorded as Readonly<Record<string, Json>>;
  const right = asked as Readonly<Record<string, Json>>;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const step = isList ? Number(key) : key;
    const found = firstDifference(own(left, key), own(right, key), [...path, step]);
    if (found) return found;
  }
  return undefined;
}

function own(fields: Readonly<Record<string, Json>>, key: string): Json | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** As in `messages[2].tool.output` or `tools[0].inputSchema["a b"]`. */
export function formatDifferencePath(path: Difference["path"]): string {
  let out = "";
  for (const step of path) {
    if (typeof step === "number") out += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) out += `[${JSON.stringify(step)}]`;
    else out += out === "" ? step : `.${step}`;
  }
  return out;
}
