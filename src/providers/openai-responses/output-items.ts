import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonObject, textField } from "../../model/json.ts";

/**
 * The output items of a stream. An item is known by its place in the output; where servers give one
 * place to two items, the ids tell them apart and the second gets a place of its own.
 */
export class StreamedItems {
  readonly #done = new Map<number, JsonObject>();
  /** The item that stands at an output index now: its id, and its place. */
  readonly #current = new Map<number, { readonly id: string; readonly place: number }>();
  /** The id of the item at each place. */
  readonly #ids = new Map<number, string>();
  /** Arguments of calls, by place, for servers that leave them out of the item. */
  readonly #arguments = new Map<number, string>();
  /** Beyond all output indexes that servers send. */
  #nextPlace = 1_000_000;

  /** Takes an event about an item or its arguments. */
  note(event: JsonObject): void {
    const { item } = event;
    if (isJsonObject(item)) {
      if (this.#isNext(event, item)) this.#current.delete(indexOf(event));
      const place = this.#place(event, idOf(item));
      if (event.type === "response.output_item.done") this.#done.set(place, item);
      return;
    }
    const place = this.placeOf(event);
    // Done arguments are whole; they stand in place of their deltas.
    const isWhole = event.type === "response.function_call_arguments.done";
    const before = isWhole ? "" : (this.#arguments.get(place) ?? "");
    this.#arguments.set(place, before + textField(event, isWhole ? "arguments" : "delta"));
  }

  /** Where an event's item stands in the answer. */
  placeOf(event: JsonObject): number {
    return this.#place(event, textField(event, "item_id"));
  }

  /** The items that ended, in the order of their places. */
  done(): [number, JsonObject][] {
    return [...this.#done].sort(([left], [right]) => left - right);
  }

  /** A call with the arguments that were streamed, where it has none itself. */
  withArguments(place: number, item: JsonObject): JsonObject {
    const streamed = this.#arguments.get(this.#placeOfItem(place, idOf(item)));
    const lacks = item.type === "function_call" && textField(item, "arguments") === "";
    return lacks && streamed !== undefined ? { ...item, arguments: streamed } : item;
  }

  /** The final output may list an item elsewhere than the stream had it. */
  #placeOfItem(place: number, id: string): number {
    if (id === "" || this.#ids.get(place) === id) return place;
    const places = [...this.#ids].flatMap(([known, knownId]) => (knownId === id ? [known] : []));
    return places.length === 1 && places[0] !== undefined ? places[0] : place;
  }

  /** Whether an item is another than the one that is done at its index, not the same said again. */
  #isNext(event: JsonObject, item: JsonObject): boolean {
    const current = this.#current.get(indexOf(event));
    const done = current && this.#done.get(current.place);
    return done !== undefined && !(idOf(item) !== "" && isDeepStrictEqual(done, item));
  }

  #place(event: JsonObject, id: string): number {
    const index = indexOf(event);
    const current = this.#current.get(index);
    if (current && (id === "" || current.id === "" || current.id === id)) return current.place;
    // Some servers give an item another id in the end: a place is taken only once its item is done.
    const isTaken = this.#done.has(current?.place ?? index);
    const place = isTaken ? this.#nextPlace++ : index;
    this.#current.set(index, { id, place });
    this.#ids.set(place, id);
    return place;
  }
}

function indexOf(event: JsonObject): number {
  return typeof event.output_index === "number" ? event.output_index : 0;
}

function idOf(item: JsonObject): string {
  return textField(item, "id") || textField(item, "call_id");
}

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
