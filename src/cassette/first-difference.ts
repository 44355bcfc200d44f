import { isJsonObject, type Json } from "../model/json.ts";

/** The first place where two JSON values differ; undefined stands for what is not there. */
export interface Difference {
  /** As in `messages[2].tool.output`. */
  readonly path: string;
  readonly recorded: Json | undefined;
  readonly asked: Json | undefined;
}

/** Finds the first difference in the order of the fields; undefined when the values are equal. */
export function firstDifference(
  recorded: Json | undefined,
  asked: Json | undefined,
  path = "",
): Difference | undefined {
  if (Array.isArray(recorded) && Array.isArray(asked)) return inLists(recorded, asked, path);
  if (isJsonObject(recorded) && isJsonObject(asked)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(asked)])) {
      const found = firstDifference(
        recorded[key],
        asked[key],
        path === "" ? key : `${path}.${key}`,
      );
      if (found) return found;
    }
    return undefined;
  }
  return recorded === asked ? undefined : { path, recorded, asked };
}

function inLists(
  recorded: readonly Json[],
  asked: readonly Json[],
  path: string,
): Difference | undefined {
  for (let index = 0; index < Math.max(recorded.length, asked.length); index++) {
    const found = firstDifference(recorded[index], asked[index], `${path}[${index}]`);
    if (found) return found;
  }
  return undefined;
}
