import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { unwrappedArguments } from "../wire/answer/read-arguments.ts";

/** A tool call as far as it has arrived. */
export interface TrackedCall {
  id: string | undefined;
  name: string;
  argumentsText: string;
  /** Fields beside those that every server sends, such as a signature; sent back as they came. */
  extra: JsonObject;
  /** Whether a server may only have said the call before it once more: it lacks arguments. */
  mayBeEcho: boolean;
}

/**
 * Puts streamed tool calls together: a piece belongs to the call of its id, else of its index, else
 * to the latest one. Servers reuse index 0 for every call, leave ids out, or send a name late.
 */
export class ToolCallTracker {
  readonly #calls: { readonly call: TrackedCall; readonly index: number | undefined }[] = [];

  /** Takes a piece of a stream; returns its call, and whether the piece began it. */
  push(entry: JsonObject): { readonly call: TrackedCall; readonly isNew: boolean } {
    const known = this.#find(readCallEntry(entry));
    if (!known) {
      const before = this.#calls.at(-1)?.call;
      const call = this.begin(entry);
      call.mayBeEcho = before !== undefined && isEcho(before, call);
      return { call, isNew: true };
    }
    addTo(known, entry);
    return { call: known, isNew: false };
  }

  /** Takes a call that arrived whole, whatever its id and index. */
  begin(entry: JsonObject): TrackedCall {
    const call: TrackedCall = {
      id: undefined,
      name: "",
      argumentsText: "",
      extra: {},
      mayBeEcho: false,
    };
    addTo(call, entry);
    this.#calls.push({ call, index: readCallEntry(entry).index });
    return call;
  }

  #find(entry: Entry): TrackedCall | undefined {
    const { id, index } = entry;
    const byId =
      id === undefined
        ? undefined
        : this.#calls.findLast(
            (known) => known.call.id === id && mayShareIndex(known.index, index),
          );
    if (byId) return isRepeated(byId.call, entry) ? undefined : byId.call;
    const candidate =
      index === undefined
        ? this.#calls.at(-1)
        : this.#calls.findLast((known) => known.index === index);
    if (!candidate) return undefined;
    return isAnotherCall(candidate.call, entry) ? undefined : candidate.call;
  }
}

/** Calls of one answer may share an id; their indexes tell them apart. */
function mayShareIndex(known: number | undefined, index: number | undefined): boolean {
  return known === undefined || index === undefined || known === index;
}

/** Whether a piece with a known id begins a second call of that id: it has a name. */
function isRepeated(known: TrackedCall, { name }: Entry): boolean {
  return name !== "" && isWholeJson(known.argumentsText);
}

/** Whether a call says no more than that the one before it was of the same tool, by the same id. */
function isEcho(before: TrackedCall, call: TrackedCall): boolean {
  return call.name === before.name && (call.id === undefined || call.id === before.id);
}

/** Whether a piece with no known id begins a call, rather than going on with the candidate. */
function isAnotherCall(candidate: TrackedCall, entry: Entry): boolean {
  if (entry.id !== undefined && candidate.id !== undefined) {
    // A new id is a new call, but for servers that make up an id for every piece.
    return entry.name !== "" || entry.argumentsText === "" || isWholeJson(candidate.argumentsText);
  }
  if (entry.name === "" || candidate.name === "") return false;
  if (entry.name !== candidate.name) return true;
  return isWholeJson(candidate.argumentsText);
}

/** Whether a text is a JSON object, so that nothing more can be part of it. */
function isWholeJson(text: string): boolean {
  return text !== "" && unwrappedArguments(text) !== undefined;
}

interface Entry {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string;
  readonly argumentsText: string;
}

function readCallEntry(entry: JsonObject): Entry {
  const fields = isJsonObject(entry.function) ? entry.function : {};
  return {
    id: typeof entry.id === "string" && entry.id !== "" ? entry.id : undefined,
    index: typeof entry.index === "number" ? entry.index : undefined,
    name: typeof fields.name === "string" ? fields.name : "",
    argumentsText: argumentsTextOf(fields.arguments),
  };
}

/** Arguments are a text of JSON; some servers send the JSON itself. */
function argumentsTextOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function addTo(call: TrackedCall, entry: JsonObject): void {
  const read = readCallEntry(entry);
  call.id ??= read.id;
  call.name ||= read.name;
  call.argumentsText += read.argumentsText;
  call.extra = { ...call.extra, ...extraFields(entry) };
}

function extraFields(entry: JsonObject): JsonObject {
  const { id, index, type, function: fields, ...extra } = entry;
  if (!isJsonObject(fields)) return extra;
  const { name, arguments: text, ...more } = fields;
  return Object.keys(more).length > 0 ? { ...extra, function: more } : extra;
}
