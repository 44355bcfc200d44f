import { isJsonObject, type Json, type JsonObject, textField } from "../../model/json.ts";
import { countIn, NO_USAGE, type Usage } from "../../model/usage.ts";
import { readErrorBody } from "../wire/errors/error-body.ts";
import { streamError } from "../wire/errors/http-error.ts";
import type { Reading, SaidEvent, WireDecoder, WireEnd, WireEvent } from "../wire/wire.ts";
import { decodeItem, THINKING_BREAK } from "./decode-part.ts";
import { finalItems, StreamedItems } from "./output-items.ts";

/**
 * Reads one answer of the Responses API.
 *
 * Deltas are handed on as they come. Parts wait for the end of the response, for two reasons: its
 * reasoning items are the ones to send back, and some servers end items in another order than
 * that of the answer.
 */
export class AnswerDecoder implements WireDecoder {
  readonly #reading: Reading;
  readonly #streamed = new StreamedItems();
  /** The piece of each item that the latest delta belonged to, by place. */
  readonly #spoken = new Map<number, string>();
  #hasBegun = false;
  foreign: Json | undefined;
  state: WireDecoder["state"] = "open";

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Events that are not known say nothing. */
  push(event: Json): readonly WireEvent[] {
    if (!isJsonObject(event)) return [];
    switch (event.type) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        return this.#delta("text-delta", event);
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        return this.#delta("thinking-delta", event);
      case "response.output_item.added":
      case "response.output_item.done":
      case "response.function_call_arguments.delta":
      case "response.function_call_arguments.done":
        this.#streamed.note(event);
        return [];
      case "response.completed":
        return this.#end(isJsonObject(event.response) ? event.response : {});
      case "response.incomplete": {
        const response = isJsonObject(event.response) ? event.response : {};
        return this.#end({ ...response, status: "incomplete" });
      }
      case "response.failed":
      case "response.cancelled":
      case "error":
        throw this.#failure(event);
      default:
        this.#takeUnknown(event);
        return [];
    }
  }

  pushWhole(document: Json): readonly WireEvent[] | undefined {
    const response: JsonObject = isJsonObject(document) ? document : {};
    const { status, output, error } = response;
    if (isJsonObject(error) || typeof error === "string") throw this.#failure(response);
    if (!Array.isArray(output) && typeof status !== "string") return undefined;
    const isDone = status === undefined || status === "completed" || status === "incomplete";
    if (!isDone) throw this.#failure({ error: { message: `the response is ${String(status)}` } });
    return this.#end(response);
  }

  /** OpenRouter sends the mark after the end. */
  pushDone(): readonly WireEvent[] {
    return [];
  }

  /** The end has come with the event that ends the response. */
  end(): readonly WireEvent[] {
    return [];
  }

  #takeUnknown(event: JsonObject): void {
    const isOwn = typeof event.type === "string" && event.type.startsWith("response.");
    if (isOwn) this.#hasBegun = true;
    if (this.#hasBegun) this.foreign = undefined;
    else this.foreign ??= event;
  }

  #delta(kind: "text-delta" | "thinking-delta", event: JsonObject): readonly WireEvent[] {
    const text = textField(event, "delta");
    if (text === "") return [];
    const place = this.#streamed.placeOf(event);
    const piece = `${event.type} ${event.summary_index} ${event.content_index}`;
    const before = this.#spoken.get(place);
    this.#spoken.set(place, piece);
    const isNewPiece = before !== undefined && before !== piece;
    if (kind === "thinking-delta" && isNewPiece)
      return [
        { kind, text: THINKING_BREAK },
        { kind, text },
      ];
    return [{ kind, text }];
  }

  #end(response: JsonObject): readonly WireEvent[] {
    this.state = "ended";
    const items = finalItems(response, new Map(this.#streamed.done()));
    const parts = items.flatMap(([place, item]) => this.#parts(place, item));
    return [
      ...parts,
      endOf(
        response,
        items.map(([, item]) => item),
      ),
    ];
  }

  #parts(place: number, item: JsonObject): readonly SaidEvent[] {
    const said = decodeItem(this.#streamed.withArguments(place, item));
    return this.#spoken.has(place) ? said : said.flatMap((event) => [...wholeDelta(event), event]);
  }

  #failure(event: JsonObject): Error {
    const { config, model, foreignTries } = this.#reading;
    return streamError(config, model, { ...failureOf(event), foreignTries: foreignTries?.() });
  }
}

/** Why a response ended: its status, or what made it, or a message in it, incomplete. */
function endOf(response: JsonObject, items: readonly JsonObject[]): WireEnd {
  const { status, incomplete_details: details, usage } = response;
  const why = isJsonObject(details) ? textField(details, "reason") : "";
  const isIncomplete = status === "incomplete" || why !== "" || items.some(isHalfMessage);
  return {
    kind: "end",
    reason: isIncomplete ? why || "incomplete" : "completed",
    isRefusal: !isIncomplete && items.some(refuses),
    model: textField(response, "model"),
    usage: decodeUsage(usage),
  };
}

function isHalfMessage({ type, status }: JsonObject): boolean {
  return type === "message" && status === "incomplete";
}

function refuses(item: JsonObject): boolean {
  const content = item.content;
  return (
    item.type === "message" &&
    Array.isArray(content) &&
    content.some((piece) => isJsonObject(piece) && piece.type === "refusal")
  );
}

/** A text that came without deltas, as one. */
function wholeDelta(event: SaidEvent): readonly SaidEvent[] {
  const part = event.kind === "part" ? event.part : undefined;
  if (part?.kind === "text" && part.text !== "") return [{ kind: "text-delta", text: part.text }];
  if (part?.kind !== "thinking" || part.text === "") return [];
  return [{ kind: "thinking-delta", text: part.text }];
}

/** The error of a `response.failed` or `error` event; the latter has it inside or at its top. */
function failureOf(event: JsonObject) {
  const response = event.response;
  const holder = isJsonObject(response) ? response : event;
  if (typeof holder.error === "string") return { type: undefined, message: holder.error };
  const error = isJsonObject(holder.error) ? holder.error : holder;
  const type = textField(error, "code") || (error === event ? "" : textField(error, "type"));
  const message = textField(error, "message") || textField(error, "detail");
  const { failedGeneration } = readErrorBody({ error });
  return {
    type: type === "" ? undefined : type,
    message: message === "" ? undefined : message,
    failedGeneration,
  };
}

/** The wire counts cached tokens among the input; here each token is counted once. */
export function decodeUsage(usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return NO_USAGE;
  const details = isJsonObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const cacheReadTokens = countIn(details.cached_tokens);
  const cacheWriteTokens = countIn(details.cache_write_tokens);
  const output = usage.output_tokens_details;
  const reasoningTokens = isJsonObject(output) ? countIn(output.reasoning_tokens) : 0;
  const fresh = countIn(usage.input_tokens) - cacheReadTokens - cacheWriteTokens;
  return {
    inputTokens: Math.max(0, fresh),
    outputTokens: countIn(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  };
}
