import type { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../words/nearest.ts";
import { formatPath } from "./path.ts";
import { childField, type Field, fieldError, type Reader, wrongValue } from "./reader.ts";
import { isNothing, type MapEntry, type MapTree } from "./tree.ts";
import { yamlError } from "./yaml-source.ts";

/** The known keys of a map, each with what it takes. */
export type Shape = Readonly<Record<string, Reader<unknown>>>;

/** What a map with known keys reads to, in file order; absent and null keys are left out. */
export type ShapeValue<Keys extends Shape, Needed extends keyof Keys = never> = {
  readonly [Key in Exclude<keyof Keys, Needed>]?: ReturnType<Keys[Key]["read"]>;
} & { readonly [Key in Needed]: ReturnType<Keys[Key]["read"]> };

type MapReader<Keys extends Shape, Needed extends keyof Keys> = Reader<ShapeValue<Keys, Needed>> & {
  readonly keys: Keys;
};

interface MapReaderOptions<Needed extends PropertyKey = never> {
  /** Default: `a map`. */
  readonly expects?: string;
  /** Keys that must be there, each with what to do where it is not. Default: none. */
  readonly needed?: Readonly<Record<Needed, string>>;
  /** Keys that had a meaning once. Default: none. */
  readonly retired?: RetiredKeys;
}

export interface RetiredKeys {
  /** Who gave them their meaning. */
  readonly owner: string;
  /** What to do instead of each. */
  readonly instead: ReadonlyMap<string, string>;
}

/** A map with known keys; any other key is an error that names the nearest one. */
export function mapOf<Keys extends Shape, Needed extends string & keyof Keys = never>(
  keys: Keys,
  { expects = "a map", needed, retired }: MapReaderOptions<Needed> = {},
): MapReader<Keys, Needed> {
  const read = (field: Field): ShapeValue<Keys, Needed> => {
    const out: Record<string, unknown> = {};
    for (const [key, entry] of entriesOf(field, expects)) {
      if (!Object.hasOwn(keys, key)) {
        throw retiredKey(field, key, { entry, retired }) ?? unknownKey(field, key, { entry, keys });
      }
      if (!isNothing(entry.value)) out[key] = keys[key]?.read(childField(field, key, entry.value));
    }
    for (const [key, hint] of Object.entries<string>(needed ?? {})) {
      if (!Object.hasOwn(out, key)) throw fieldError(field, `has no ${key}`, [hint]);
    }
    // Each key was read by the reader of its shape, and the needed ones are there.
    return out as ShapeValue<Keys, Needed>;
  };
  return { expects, keys, read };
}

/** The entries of a map of names; nothing at all counts as an empty map. */
export function entriesOf(field: Field, expects: string): MapTree["entries"] {
  const { tree } = field;
  if (tree.kind === "map") return tree.entries;
  if (isNothing(tree)) return new Map();
  throw wrongValue(field, expects);
}

function retiredKey(
  field: Field,
  key: string,
  { entry, retired }: { entry: MapEntry; retired: RetiredKeys | undefined },
): LlmDoError | undefined {
  const instead = retired?.instead.get(key);
  if (instead === undefined) return undefined;
  const reason = `the key "${key}" of ${retired?.owner} is not supported`;
  return yamlError(field.source, { reason, place: entry.keyPlace, tries: [instead] });
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
  return yamlError(field.source, {
    reason: `unknown key ${shown}${where}`,
    place: entry.keyPlace,
    tries: [meant === undefined ? `use one of: ${known.join(", ")}` : `write "${meant}"`],
  });
}
