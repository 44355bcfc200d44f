import type { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import { formatPath, type Path } from "./path.ts";
import { describeTree, lenientScalar, type ScalarTree, type Tree } from "./tree.ts";
import { workerError } from "./worker-error.ts";

/** One value of a worker's front matter, on its way to being checked. */
export interface Field {
  /** The worker's file. */
  readonly worker: string;
  readonly path: Path;
  readonly tree: Tree;
}

/** Takes a value of one kind and refuses all others. */
export interface Reader<Value> {
  /** What it takes, in words that follow "must be": `a number from 0 to 2`. */
  readonly expects: string;
  /** @throws LlmDoError `worker` with the place of the value */
  readonly read: (field: Field) => Value;
}

/** The error for a value of the wrong kind. */
export function wrongValue(field: Field, expects: string, tries?: readonly string[]): LlmDoError {
  return workerError(field.worker, {
    reason: `"${formatPath(field.path)}" must be ${expects}, not ${describeTree(field.tree)}`,
    place: field.tree.place,
    ...(tries ? { tries } : {}),
  });
}

/** A reader of scalars: `match` answers undefined for what it refuses. */
export function scalarReader<Value>(
  expects: string,
  match: (scalar: ScalarTree) => Value | undefined,
): Reader<Value> {
  const read = (field: Field): Value => {
    const value = field.tree.kind === "scalar" ? match(field.tree) : undefined;
    if (value === undefined) throw wrongValue(field, expects);
    return value;
  };
  return { expects, read };
}

/** Any text; numbers and booleans must be quoted. */
export const text: Reader<string> = textReader("text", () => true);

/** Text with something in it. */
export const filledText: Reader<string> = textReader(
  "text that is not empty",
  (value) => value.trim() !== "",
);

export const flag: Reader<boolean> = scalarReader("true or false", (scalar) => {
  const value = lenientScalar(scalar);
  return typeof value === "boolean" ? value : undefined;
});

/** Text of a form. */
export function textReader(expects: string, accepts: (value: string) => boolean): Reader<string> {
  const read = (field: Field): string => {
    const value = field.tree.kind === "scalar" ? field.tree.value : undefined;
    if (typeof value === "string" && accepts(value)) return value;
    const quotable = typeof value === "number" || typeof value === "boolean";
    throw wrongValue(field, expects, quotable ? [`write it in quotes: "${value}"`] : undefined);
  };
  return { expects, read };
}

/** One of some names; another text that comes close is answered with the name it may mean. */
export function oneOf<Name extends string>(names: readonly Name[]): Reader<Name> {
  const expects = `one of ${names.join(", ")}`;
  const read = (field: Field): Name => {
    const value = field.tree.kind === "scalar" ? field.tree.value : undefined;
    const name = names.find((candidate) => candidate === value);
    if (name !== undefined) return name;
    const meant = typeof value === "string" ? nearest(value, names) : undefined;
    throw wrongValue(field, expects, meant === undefined ? undefined : [`write "${meant}"`]);
  };
  return { expects, read };
}

/** A list of at least `least` values, each taken by `item`. */
export function listOf<Item>(
  item: Reader<Item>,
  options: { readonly expects: string; readonly least?: number },
): Reader<readonly Item[]> {
  const { expects, least = 0 } = options;
  const read = (field: Field): readonly Item[] => {
    const { tree } = field;
    if (tree.kind !== "list") throw wrongValue(field, expects);
    if (tree.items.length < least) {
      const reason = `"${formatPath(field.path)}" must be ${expects} and is empty`;
      throw workerError(field.worker, { reason, place: tree.place });
    }
    return tree.items.map((value, index) =>
      item.read({ ...field, path: [...field.path, index], tree: value }),
    );
  };
  return { expects, read };
}
