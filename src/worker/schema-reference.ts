import type { Place } from "../errors/place.ts";
import { type Field, fieldError, type Reader, wrongValue } from "../format/reader.ts";
import type { JsonSchema } from "../model/json.ts";
import { formatPath } from "../yaml/path.ts";
import { treeToJson } from "../yaml/tree.ts";

/** A schema of a worker: written in the file, or named there and loaded by the project. */
export type SchemaReference =
  | { readonly kind: "inline"; readonly schema: JsonSchema; readonly place: Place }
  /** `reference` is `schemas.ts#PitchInput`: a path or package, then an export. */
  | { readonly kind: "reference"; readonly reference: string; readonly place: Place };

const REFERENCE = /^[^#\s]+#[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** `schemas.py:PitchInput` or `schemas.PitchInput`, as the Python llm-do names a class. */
const PYTHON_REFERENCE = /^([^\s:#]+?)(?:\.py:|\.(?=[A-Z]))(\w+)$/;

const EXPECTS = "a JSON Schema or a reference like schemas.ts#Input";

/** The schema of an input: it must describe an object, since tools take named arguments. */
export const inputSchema: Reader<SchemaReference> = {
  expects: EXPECTS,
  read: (field) => {
    const reference = readSchema(field);
    if (reference.kind === "inline") checkObject(field, reference.schema);
    return reference;
  },
};

export const outputSchema: Reader<SchemaReference> = { expects: EXPECTS, read: readSchema };

function readSchema(field: Field): SchemaReference {
  const { tree } = field;
  const { place } = tree;
  if (tree.kind === "map") {
    // A map's JSON is an object.
    return { kind: "inline", schema: treeToJson(tree) as JsonSchema, place };
  }
  const reference = tree.kind === "scalar" ? tree.value : undefined;
  if (typeof reference !== "string") throw wrongValue(field, EXPECTS);
  if (!REFERENCE.test(reference)) throw wrongValue(field, EXPECTS, suggestions(field, reference));
  return { kind: "reference", reference, place };
}

function suggestions(field: Field, reference: string): string[] {
  const [, file, name] = PYTHON_REFERENCE.exec(reference) ?? [];
  const meant = file === undefined ? "schemas.ts#Input" : `${file}.ts#${name}`;
  return [`write ${formatPath(field.path)}: ${meant}`];
}

function checkObject(field: Field, schema: JsonSchema): void {
  const { type } = schema;
  if (type === undefined || type === "object") return;
  throw fieldError(field, `must describe an object, not ${JSON.stringify(type)}`, [
    'write "type: object" with the value as one of its properties',
  ]);
}
