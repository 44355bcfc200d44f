import type { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import { formatPath } from "./path.ts";
import { type Field, type Reader, wrongValue } from "./reader.ts";
import type { MapEntry, MapTree } from "./tree.ts";
import { workerError } from "./worker-error.ts";

/** The known keys of a map, each with what it takes. */
export type Shape = Readonly<Record<string, Reader<unknown>>>;

/** What a map with known keys reads to; absent and null keys are left out. */
export type ShapeValue<Keys extends Shape> = {
  readonly [Key in keyof Keys]?: ReturnType<Keys[Key]["read"]>;
};

export interface MapReader<Keys extends Shape> extends Reader<ShapeValue<Keys>> {
  readonly keys: Keys;
}

export interface MapReaderOptions {
  readonly expects?: string;
  /** Keys that the Python llm-do knew, with what to do instead. */
  readonly retired?: ReadonlyMap<string, string>;
}

/** A map with known keys; any other key is an error that names the nearest one. */
export function mapOf<Keys extends Shape>(
  keys: Keys,
  { expects = "a map", retired = new Map() }: MapReaderOptions = {},
): MapReader<Keys> {
  const read = (field: Field): ShapeValue<Keys> => {
    const out: Record<string, unknown> = {};
    for (const [key, entry] of entriesOf(field, expects)) {
      if (!Object.hasOwn(keys, key)) {
        throw retiredKey(field, key, { entry, retired }) ?? unknownKey(field, key, { entry, keys });
      }
      const child = { ...field, path: [...field.path, key], tree: entry.value };
      if (!isNothing(entry)) out[key] = keys[key]?.read(child);
    }
    return out as ShapeValue<Keys>; // each key was read by the reader of its shape
  };
  return { expects, keys, read };
}

/** The entries of a map of names; nothing at all counts as an empty map. */
export function entriesOf(field: Field, expects: string): MapTree["entries"] {
  const { tree } = field;
  if (tree.kind === "map") return tree.entries;
  if (tree.kind === "scalar" && tree.value === null) return new Map();
  throw wrongValue(field, expects);
}

function isNothing({ value }: MapEntry): boolean {
  return value.kind === "scalar" && value.value === null;
}

function retiredKey(
  field: Field,
  key: string,
  { entry, retired }: { entry: MapEntry; retired: ReadonlyMap<string, string> },
): LlmDoError | undefined {
  const instead = retired.get(key);
  if (instead === undefined) return undefined;
  const reason = `the key "${key}" of the Python llm-do is not supported`;
  return workerError(field.worker, { reason, place: entry.keyPlace, tries: [instead] });
}

function unknownKey(
  field: Field,
  key: string,
  { entry, keys }: { entry: MapEntry; keys: Shape },
): LlmDoError {
  const known = Object.keys(keys);
  const meant = nearest(key, known);
  const where = field.path.length === 0 ? "" : ` in "${formatPath(field.path)}"`;
  const shown = JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}...` : key);
  return workerError(field.worker, {
    reason: `unknown key ${shown}${where}`,
    place: entry.keyPlace,
    tries: [meant === undefined ? `use one of: ${known.join(", ")}` : `write "${meant}"`],
  });
}
