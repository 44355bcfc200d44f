import { isJsonObject, type Json } from "../../model/json.ts";

/** The first place where two JSON values differ; undefined stands for what is not there. */
export interface Difference {
  /** The keys and indices that lead there. */
  readonly path: readonly (string | number)[];
  readonly recorded: Json | undefined;
  readonly asked: Json | undefined;
}

type Fields = Readonly<Record<string, Json | undefined>>;

/** Finds the first difference in the order of the fields; undefined when they are equal. */
export function firstDifference(recorded: Fields, asked: Fields): Difference | undefined {
  return inFields(recorded, asked, []);
}

function inFields(recorded: Fields, asked: Fields, path: Difference["path"]) {
  // Of a map that came from a file, only its own keys count: `constructor` may be one.
  const [before, now] = [new Map(Object.entries(recorded)), new Map(Object.entries(asked))];
  for (const key of new Set([...before.keys(), ...now.keys()])) {
    const step = Array.isArray(recorded) ? Number(key) : key;
    const found = inValues(before.get(key), now.get(key), [...path, step]);
    if (found) return found;
  }
  return undefined;
}

function inValues(
  recorded: Json | undefined,
  asked: Json | undefined,
  path: Difference["path"],
): Difference | undefined {
  const areLists = Array.isArray(recorded) && Array.isArray(asked);
  if (areLists || (isJsonObject(recorded) && isJsonObject(asked))) {
    // Lists are compared by their indices as objects are by their keys.
    return inFields(recorded as Fields, asked as Fields, path);
  }
  return recorded === asked ? undefined : { path, recorded, asked };
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
