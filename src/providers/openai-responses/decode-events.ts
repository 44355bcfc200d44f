import type { ModelEvent } from "../../model/event.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { StreamFailure } from "../http-error.ts";
import { decodeItem, THINKING_BREAK, textField } from "./decode-item.ts";
import { decodeStop, decodeUsage, finalItems } from "./decode-response.ts";

/**
 * Turns the events of one response into model events.
 *
 * Deltas are handed on as they come. Parts wait for the end of the response, for two reasons: its
 * reasoning items are the ones to send back, and some servers end items in another order than
 * that of the answer. When the stream breaks, {@link ResponseDecoder.endedParts} has what ended.
 */
export class ResponseDecoder {
  readonly #fail: (failure: StreamFailure) => Error;
  /** Items that ended, by their place in the answer. */
  readonly #items = new Map<number, JsonObject>();
  /** Arguments of calls, by place, for servers that leave them out of the item. */
  readonly #arguments = new Map<number, string>();
  /** The piece of each item that the latest delta belonged to, by place. */
  readonly #spoken = new Map<number, string>();
  #ended = false;

  /** @param fail makes the error for a failure that the stream reports */
  constructor(fail: (failure: StreamFailure) => Error) {
    this.#fail = fail;
  }

  /** Whether the response has ended; what comes after is not looked at. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * What one event says. Events that are not known say nothing.
   *
   * @throws the error for a failure that the event reports, after the parts that had ended
   */
  *push(event: unknown): Generator<ModelEvent> {
    if (this.#ended || !isJsonObject(event)) return;
    switch (event.type) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        yield* this.#delta("text-delta", event);
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        yield* this.#delta("thinking-delta", event);
        break;
      case "response.function_call_arguments.delta":
      case "response.function_call_arguments.done":
        this.#keepArguments(event);
        break;
      case "response.output_item.done":
        if (isJsonObject(event.item)) this.#items.set(placeOf(event), event.item);
        break;
      case "response.completed":
      case "response.incomplete":
        yield* this.#end(isJsonObject(event.response) ? event.response : {});
        break;
      case "response.failed":
      case "error":
        yield* this.endedParts();
        throw this.#fail(failureOf(event));
    }
  }

  /** The parts that ended before a stream broke. Called once, in place of the end. */
  *endedParts(): Generator<ModelEvent> {
    const items = [...this.#items].sort(([left], [right]) => left - right);
    for (const [place, item] of items) yield* this.#parts(place, item);
  }

  *#delta(kind: "text-delta" | "thinking-delta", event: JsonObject): Generator<ModelEvent> {
    const text = textField(event, "delta");
    if (text === "") return;
    const place = placeOf(event);
    const piece = `${event.type} ${event.summary_index} ${event.content_index}`;
    const before = this.#spoken.get(place);
    this.#spoken.set(place, piece);
    const isNewPiece = before !== undefined && before !== piece;
    if (kind === "thinking-delta" && isNewPiece) yield { kind, text: THINKING_BREAK };
    yield { kind, text };
  }

  /** Done arguments are whole; they stand in place of their deltas. */
  #keepArguments(event: JsonObject): void {
    const place = placeOf(event);
    const isDone = event.type === "response.function_call_arguments.done";
    const before = isDone ? "" : (this.#arguments.get(place) ?? "");
    this.#arguments.set(place, before + textField(event, isDone ? "arguments" : "delta"));
  }

  *#end(response: JsonObject): Generator<ModelEvent> {
    const items = finalItems(response, this.#items);
    for (const [place, item] of items) yield* this.#parts(place, item);
    this.#ended = true;
    yield {
      kind: "end",
      stop: decodeStop(
        response,
        items.map(([, item]) => item),
      ),
      usage: decodeUsage(response.usage),
      source: "live",
    };
  }

  *#parts(place: number, item: JsonObject): Generator<ModelEvent> {
    const streamed = this.#arguments.get(place);
    const lacksArguments = item.type === "function_call" && textField(item, "arguments") === "";
    const whole =
      lacksArguments && streamed !== undefined ? { ...item, arguments: streamed } : item;
    for (const part of decodeItem(whole)) {
      if (!this.#spoken.has(place)) yield* wholeDelta(part);
      yield { kind: "part", part };
    }
  }
}

/** A response that came as one JSON document, as the event that would have ended its stream. */
export function eventOfResponse(response: JsonObject): JsonObject {
  const { status, output, error } = response;
  if (isJsonObject(error)) return { type: "error", error };
  if (status === "incomplete") return { type: "response.incomplete", response };
  if (Array.isArray(output) && (status === undefined || status === "completed")) {
    return { type: "response.completed", response };
  }
  const message =
    status === undefined ? "the response holds no output" : `the response is ${String(status)}`;
  return { type: "error", error: { message } };
}

/** A text that came without deltas, as one. */
function* wholeDelta(part: AnswerPart): Generator<ModelEvent> {
  if (part.kind === "text" && part.text !== "") yield { kind: "text-delta", text: part.text };
  if (part.kind === "thinking" && part.text !== "") {
    yield { kind: "thinking-delta", text: part.text };
  }
}

/** Where an event's item stands in the answer. */
function placeOf(event: JsonObject): number {
  const index = event.output_index;
  return typeof index === "number" ? index : 0;
}

/** The error of a `response.failed` or `error` event; the latter has it inside or at its top. */
function failureOf(event: JsonObject): StreamFailure {
  const response = event.response;
  const holder = isJsonObject(response) ? response : event;
  const error = isJsonObject(holder.error) ? holder.error : holder;
  const type = textField(error, "code") || (error === event ? "" : textField(error, "type"));
  const message = textField(error, "message");
  return {
    type: type === "" ? undefined : type,
    message: message === "" ? undefined : message,
  };
}
