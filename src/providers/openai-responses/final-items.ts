import { isJsonObject, type JsonObject } from "../../model/json.ts";

/**
 * The output of a finished response. Its own items stand before those of the stream: the last word
 * on a reasoning item is the response's. Servers that leave the output empty, or the encrypted
 * reasoning out of it, said so in the stream.
 */
export function finalItems(
  response: JsonObject,
  streamed: ReadonlyMap<number, JsonObject>,
): [number, JsonObject][] {
  const output = Array.isArray(response.output) ? response.output : [];
  const listed = new Map<number, JsonObject>();
  for (const [index, item] of output.entries()) {
    if (!isJsonObject(item)) continue;
    const before = streamed.get(index);
    listed.set(index, before && isEncrypted(before) && !isEncrypted(item) ? before : item);
  }
  const names = new Set([...listed.values()].flatMap(itemNames));
  const isListed = (item: JsonObject) => {
    const own = itemNames(item);
    return own.length === 0 ? listed.size > 0 : own.some((name) => names.has(name));
  };
  const others = [...streamed].filter(([place, item]) => !listed.has(place) && !isListed(item));
  return [...listed, ...others].sort(([left], [right]) => left - right);
}

function itemNames({ id, call_id }: JsonObject): string[] {
  return [id, call_id].filter((name): name is string => typeof name === "string" && name !== "");
}

function isEncrypted(item: JsonObject): boolean {
  return typeof item.encrypted_content === "string" && item.encrypted_content !== "";
}
