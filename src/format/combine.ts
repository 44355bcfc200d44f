import { isNothing } from "../yaml/tree.ts";
import { entriesOf } from "./map.ts";
import {
  childField,
  type Field,
  type Format,
  fieldError,
  type Reader,
  wrongValue,
} from "./reader.ts";

/** The same reader or format, with what its value means. May hold backticks, no links. */
export function about<Any extends Reader<unknown>>(meaning: string, format: Any): Any {
  return { ...format, about: meaning };
}

/** A format whose values may be secrets: no error shows them. */
export function secret<Value>(format: Format<Value>): Format<Value> {
  return { ...format, read: (field) => format.read({ ...field, isSecret: true }) };
}

/** A list of at least `least` values (default 0), each taken by `item`. */
export function listOf<Item>(
  item: Format<Item>,
  { expects, least = 0 }: { readonly expects: string; readonly least?: number },
): Format<readonly Item[]> {
  const read = (field: Field): readonly Item[] => {
    const { tree } = field;
    if (tree.kind !== "list") throw wrongValue(field, expects);
    if (tree.items.length < least) throw fieldError(field, `must be ${expects} and is empty`);
    return tree.items.map((value, index) => item.read(childField(field, index, value)));
  };
  const bound = least > 0 ? { minItems: least } : {};
  return {
    expects,
    read,
    schema: (shared) => ({ type: "array", items: item.schema(shared), ...bound }),
  };
}

interface RecordOptions {
  readonly expects: string;
  /** What each name must be. Default: anything. */
  readonly names?: { readonly expects: string; readonly pattern: RegExp };
  /** Whether a key with nothing behind it is read, too, and not left out. Default: false. */
  readonly readsNull?: boolean;
}

/** A map from names that the file's author chooses. */
export function recordOf<Value>(
  value: Format<Value>,
  { expects, names, readsNull = false }: RecordOptions,
): Format<ReadonlyMap<string, Value>> {
  const form = names && new RegExp(names.pattern.source, "u");
  const read = (field: Field): ReadonlyMap<string, Value> => {
    const entries = [...entriesOf(field, expects)];
    const wrong = form && entries.find(([name]) => !form.test(name))?.[1];
    // The name is not shown: it may be a secret that stands in the wrong place.
    if (wrong) {
      const tree = { ...field.tree, place: wrong.keyPlace };
      throw fieldError({ ...field, tree }, `has a key that is not ${names?.expects}`);
    }
    return new Map(
      entries
        .filter(([, entry]) => readsNull || !isNothing(entry.value))
        .map(([key, entry]) => [key, value.read(childField(field, key, entry.value))]),
    );
  };
  const schema: Format<unknown>["schema"] = (shared) => ({
    type: "object",
    ...(form ? { propertyNames: { pattern: form.source } } : {}),
    additionalProperties: value.schema(shared),
  });
  return { expects, read, schema };
}

/** What a value may be, told apart by its kind. */
interface Kinds<Value> {
  readonly scalar?: Format<Value>;
  readonly list?: Format<Value>;
  readonly map?: Format<Value>;
}

/** A value whose kind says which format it has. */
export function byKind<Value>(expects: string, kinds: Kinds<Value>): Format<Value> {
  const read = (field: Field): Value => {
    const format = kinds[field.tree.kind];
    if (!format) throw wrongValue(field, expects);
    return format.read(field);
  };
  const { scalar, list, map } = kinds;
  const formats = [scalar, list, map].flatMap((format) => (format ? [format] : []));
  return {
    expects,
    read,
    schema: (shared) => ({ anyOf: formats.map((format) => format.schema(shared)) }),
  };
}

/** A format that is said once under a name, and may hold itself. */
export function named<Value>(name: string, format: () => Format<Value>): Format<Value> {
  return {
    get expects() {
      return format().expects;
    },
    read: (field) => format().read(field),
    schema: (shared) => shared.refer(name, () => format().schema(shared)),
  };
}

/**
 * A format whose value becomes another one. Here alone may a reader refuse what its schema takes:
 * `convert` throws what {@link fieldError} or {@link wrongValue} makes of the field.
 */
export function converted<From, To>(
  format: Format<From>,
  convert: (value: From, field: Field) => To,
  expects: string = format.expects,
): Format<To> {
  const { schema } = format;
  const read = (field: Field): To => convert(format.read(field), field);
  return { expects, read, schema, ...(format.about === undefined ? {} : { about: format.about }) };
}
