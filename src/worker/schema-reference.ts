import type { Place } from "../errors/place.ts";
import { byKind, converted } from "../format/combine.ts";
import { type Field, type Format, fieldError, wrongValue } from "../format/reader.ts";
import type { JsonSchema } from "../model/json.ts";
import { formatPath } from "../yaml/path.ts";
import { treeToJson } from "../yaml/tree.ts";

/** A schema of a worker: written in the file, or named there and loaded by the project. */
export type SchemaReference =
  | InlineSchema
  /** `reference` is `schemas.ts#PitchInput`: a path or package, then an export. */
  | { readonly kind: "reference"; readonly reference: string; readonly place: Place }
  /** A schema that code holds; the project knows what it is. */
  | { readonly kind: "value"; readonly value: unknown; readonly place: Place };

interface InlineSchema {
  readonly kind: "inline";
  readonly schema: JsonSchema;
  readonly place: Place;
}

const REFERENCE = /^[^#\s]+#[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** `schemas.py:PitchInput` or `schemas.PitchInput`, as the Python llm-do names a class. */
const PYTHON_REFERENCE = /^([^\s:#]+?)(?:\.py:|\.(?=[A-Z]))(\w+)$/;

const EXPECTS = "a JSON Schema or a reference like schemas.ts#Input";

const reference: Format<SchemaReference> = {
  expects: EXPECTS,
  read: (field) => {
    const { place } = field.tree;
    const written = field.tree.kind === "scalar" ? field.tree.value : undefined;
    if (typeof written !== "string") throw wrongValue(field, EXPECTS);
    if (!REFERENCE.test(written)) throw wrongValue(field, EXPECTS, suggestions(field, written));
    return { kind: "reference", reference: written, place };
  },
  schema: () => ({ type: "string", pattern: REFERENCE.source }),
};

const inline: Format<InlineSchema> = {
  expects:
    "a schema of Standard Schema and Standard JSON Schema, as zod 4.2 makes it, or a JSON Schema",
  read: (field) => ({
    kind: "inline",
    schema: treeToJson(field.tree) as JsonSchema, // byKind gives it maps only
    place: field.tree.place,
  }),
  schema: () => ({ type: "object" }),
};

/** The same as code says them, where it does not hold a schema. */
export const inputSchemaInCode = byKind<SchemaReference>(inline.expects, {
  map: converted(inline, checkObject),
});

export const outputSchemaInCode = byKind<SchemaReference>(inline.expects, { map: inline });

/** The schema of an input: it must describe an object, since tools take named arguments. */
export const inputSchema = byKind<SchemaReference>(EXPECTS, {
  scalar: reference,
  map: converted(inline, checkObject),
});

export const outputSchema = byKind<SchemaReference>(EXPECTS, { scalar: reference, map: inline });

function suggestions(field: Field, reference: string): string[] {
  const [, file, name] = PYTHON_REFERENCE.exec(reference) ?? [];
  const meant = file === undefined ? "schemas.ts#Input" : `${file}.ts#${name}`;
  return [`write ${formatPath(field.path)}: ${meant}`];
}

function checkObject(inline: InlineSchema, field: Field): InlineSchema {
  const { type } = inline.schema;
  if (type === undefined || type === "object") return inline;
  throw fieldError(field, `must describe an object, not ${JSON.stringify(type)}`, [
    'write "type: object" with the value as one of its properties',
  ]);
}
