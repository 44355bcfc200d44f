import { nearest } from "../words/nearest.ts";
import { type Field, type Reader, wrongValue } from "./reader.ts";
import { lenientScalar, type ScalarTree } from "./tree.ts";

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

/** Any text; numbers and booleans are texts too, as they stand in the file. */
export const writtenText: Reader<string> = scalarReader("text", ({ value, written }) =>
  value === null ? undefined : written,
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
