import { LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Clock } from "../../host/host.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { AnswerPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ModelTransport, StreamOptions } from "../../model/transport.ts";
import { ProviderError } from "../provider-error.ts";
import { isRetryableResponse, isRetryableStreamError } from "../wire/errors/retry-hints.ts";
import type { ScriptFailure, ScriptItem, ScriptWhen } from "./script-item.ts";

/** Into how many deltas a text is cut at most: enough that a consumer of deltas is exercised. */
const DELTAS_PER_TEXT = 4;

/** A transport that answers from a script. */
export interface ScriptTransport extends ModelTransport {
  /** The name of the script in messages. */
  readonly file: string;
  /** How many items have answered nothing yet. */
  readonly remaining: number;
  /** These items. */
  readonly unused: readonly ScriptItem[];
}

interface ScriptOptions {
  /** The name of the script in errors. */
  readonly file: string;
  readonly clock: Clock;
}

/**
 * Answers each request with the first unused item whose `when` fits; an item without `when` fits
 * any. `worker` is compared with the name of the worker that asks; `contains` is looked for in the
 * instructions and in the text of every message. An item is used when its first event is asked
 * for, and then for good, even if it is an error.
 *
 * The stream throws a `ProviderError` for an `error` item, retryable as that response would be, and
 * an `LlmDoError` with code `transport` when no item is left that fits.
 */
export function createScriptTransport(
  items: readonly ScriptItem[],
  options: ScriptOptions,
): ScriptTransport {
  const unused = [...items];
  const take = (request: ModelRequest, worker: string | undefined): ScriptItem => {
    const index = unused.findIndex((item) => isForRequest(item.when, request, worker));
    const [item] = index < 0 ? [] : unused.splice(index, 1);
    if (!item) throw ranDry({ items, unused, file: options.file }, worker ?? request.model);
    return item;
  };
  return {
    file: options.file,
    get remaining() {
      return unused.length;
    },
    get unused() {
      return [...unused];
    },
    stream: (request, streamOptions) => play(take, options.clock, request, streamOptions),
  };
}

async function* play(
  take: (request: ModelRequest, worker: string | undefined) => ScriptItem,
  clock: Clock,
  request: ModelRequest,
  { signal, caller }: StreamOptions,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted();
  const { steps, ending } = take(request, caller?.worker);
  for (const step of steps) {
    if (step.kind === "wait") await clock.sleep(step.durationMs, signal);
    else yield* eventsOf(step.part);
    signal.throwIfAborted();
  }
  if (ending.kind === "error") throw errorOf(ending, request.model);
  yield { ...ending, source: "script" };
}

function* eventsOf(part: AnswerPart): Generator<ModelEvent> {
  if (part.kind === "text" || part.kind === "thinking") {
    for (const text of deltas(part.text)) yield { kind: `${part.kind}-delta`, text };
  }
  yield { kind: "part", part };
}

/** Cuts a text between words into a few pieces; joined they are the text. */
export function deltas(text: string): readonly string[] {
  if (text === "") return [];
  const words = text.split(/(?<=\s)(?=\S)/);
  const size = Math.ceil(words.length / DELTAS_PER_TEXT);
  const pieces: string[] = [];
  for (let start = 0; start < words.length; start += size) {
    pieces.push(words.slice(start, start + size).join(""));
  }
  return pieces;
}

function isForRequest(
  when: ScriptWhen,
  request: ModelRequest,
  worker: string | undefined,
): boolean {
  if (when.worker !== undefined && when.worker !== worker) return false;
  const { contains } = when;
  if (contains === undefined || request.system.includes(contains)) return true;
  return request.messages.some((message) => says(message, contains));
}

function says(message: Message, wanted: string): boolean {
  const parts = message.kind === "assistant" ? message.parts : message.content;
  return parts.some((part) => part.kind === "text" && part.text.includes(wanted));
}

function errorOf({ status, type, message }: ScriptFailure, model: string): ProviderError {
  const name = [status, type].filter((word) => word !== undefined).join(" ");
  return new ProviderError({
    what: model,
    reason: [name, message].filter((word) => word !== "").join(": "),
    status,
    type,
    retryable: isRetryable(status, type),
  });
}

function isRetryable(status: number | undefined, type: string | undefined): boolean {
  if (status !== undefined) return isRetryableResponse(status, new Headers(), type);
  // With neither there was no response at all: the connection broke.
  return type === undefined || isRetryableStreamError(type);
}

interface Script {
  readonly items: readonly ScriptItem[];
  readonly unused: readonly ScriptItem[];
  readonly file: string;
}

function ranDry({ items, unused, file }: Script, asker: string): LlmDoError {
  const used = `${items.length - unused.length} of ${items.length} items are used`;
  const rest = unused.length === 0 ? "" : " and the others are for other requests";
  return new LlmDoError({
    code: "transport",
    verb: "answer",
    what: asker,
    reason: `the script has no answer left for it: ${used}${rest}`,
    place: { file },
    details: unused.map(({ when, place }) => `  unused: ${formatPlace(place)} ${whenText(when)}`),
    tries: [`add an item to ${file}`],
  });
}

function whenText({ worker, contains }: ScriptWhen): string {
  const wants = [
    worker === undefined ? [] : [`from the worker "${worker}"`],
    contains === undefined ? [] : [`with the text ${JSON.stringify(contains)}`],
  ].flat();
  return `answers only a request ${wants.join(" ")}`;
}
