import { childField, type Field, fieldError, type Reader, wrongValue } from "./reader.ts";

/** A list of at least `least` values (default 0), each taken by `item`. */
export function listOf<Item>(
  item: Reader<Item>,
  options: { readonly expects: string; readonly least?: number },
): Reader<readonly Item[]> {
  const { expects, least = 0 } = options;
  const read = (field: Field): readonly Item[] => {
    const { tree } = field;
    if (tree.kind !== "list") throw wrongValue(field, expects);
    if (tree.items.length < least) throw fieldError(field, `must be ${expects} and is empty`);
    return tree.items.map((value, index) => item.read(childField(field, index, value)));
  };
  return { expects, read };
}
