import { isJsonObject, type Json, type JsonObject, tryParseJson } from "../../../model/json.ts";
import type { AnswerPart, Message, ToolCallPart } from "../../../model/message.ts";
import type { ModelTransport } from "../../../model/transport.ts";
import { NO_USAGE } from "../../../model/usage.ts";
import { ProviderError, type ProviderErrorInit } from "../../provider-error.ts";
import { CallIds } from "../call-ids.ts";

/** What servers call it when they could not use the tool call that the model wrote (Groq). */
const REFUSED_TYPE = "tool_use_failed";

/** What a tool's name may look like; anything else was not meant as one. */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A tool call that a server refused. */
interface RefusedCall {
  readonly name: string;
  /** The arguments as the model wrote them, or all that it wrote. */
  readonly written: string;
  /** Why it was refused, in the server's words. */
  readonly refusal: string;
}

/**
 * A server refused the tool call that the model wrote: it could not read it, or the call did not fit
 * the tool's schema. That is the model's mistake, so the model should be told.
 */
export class RefusedCallError extends ProviderError {
  /** The call, for the model to be told of; undefined where its tool cannot be known. */
  readonly call: RefusedCall | undefined;

  constructor(init: ProviderErrorInit, call: RefusedCall | undefined) {
    super(init);
    this.call = call;
  }
}

/** What is known of a refused call. */
export interface RefusedGeneration {
  readonly type: string | undefined;
  readonly message: string | undefined;
  /** What the model wrote, where the server quotes it. */
  readonly failedGeneration: string | undefined;
}

export function isRefusedCall({ type }: Pick<RefusedGeneration, "type">): boolean {
  return type === REFUSED_TYPE;
}

/** The call that the model meant; undefined where nothing says of which tool. */
export function readRefusedCall(refused: RefusedGeneration): RefusedCall | undefined {
  const { message = "the server could not read it", failedGeneration: written = "" } = refused;
  const read = readGeneration(written);
  const name = read?.name ?? nameIn(message);
  if (name === undefined || !TOOL_NAME.test(name)) return undefined;
  return { name, written: read?.text ?? written, refusal: message };
}

interface ReadGeneration {
  readonly name: string;
  /** The arguments as they were written. */
  readonly text: string;
}

/**
 * Reads `{"name": ..., "arguments": ...}`, alone, in a list or between tags, and Llama's
 * `<function=NAME>{...}</function>`.
 */
function readGeneration(written: string): ReadGeneration | undefined {
  const tagged = /<function[=(]\s*"?([A-Za-z0-9_.-]+)"?\)?[\s>,]*([\s\S]*)/.exec(written);
  if (tagged) {
    const [, name = "", rest = ""] = tagged;
    return { name, text: rest.replace(/<\/?function[^>]*>[\s\S]*$/, "").trim() };
  }
  const from = written.search(/[[{]/);
  const to = Math.max(written.lastIndexOf("}"), written.lastIndexOf("]"));
  return from < 0 ? undefined : readCall(tryParseJson(written.slice(from, to + 1)));
}

function readCall(value: Json | undefined): ReadGeneration | undefined {
  if (Array.isArray(value)) return readCall(value[0]);
  if (!isJsonObject(value)) return undefined;
  for (const inner of [value.tool_calls, value.function, value.tool_call]) {
    if (inner !== undefined && typeof inner !== "string") return readCall(inner);
  }
  const name = [value.name, value.function, value.tool].find((one) => typeof one === "string");
  if (typeof name !== "string") return undefined;
  return { name, text: argumentsText(argumentsOf(value)) };
}

function argumentsOf(call: JsonObject): Json | undefined {
  return call.arguments ?? call.parameters ?? call.args ?? call.input;
}

function argumentsText(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The tool that Groq's own words name. */
function nameIn(message: string): string | undefined {
  return (
    /\bparameters for tool ['"`]?([A-Za-z0-9_.-]+)['"`]? did not match\b/.exec(message)?.[1] ??
    /\battempted to call tool ['"`]([^'"`]+)['"`]/.exec(message)?.[1]
  );
}

/** How often in a row a model is told that the server refused its call. */
const MAX_TOLD = 2;

/**
 * A transport that hands a tool call that the server refused on as an invalid call, so that the model
 * learns what was wrong with it and calls again. What the server had passed on before stands. A model
 * that was told twice in a row is not told again: the error is thrown.
 */
export function tellRefusedCalls(inner: ModelTransport): ModelTransport {
  return {
    async *stream(request, options) {
      let given: AnswerPart[] = [];
      try {
        for await (const event of inner.stream(request, options)) {
          if (event.kind === "part") given.push(event.part);
          if (event.kind === "restart") given = [];
          yield event;
        }
      } catch (thrown) {
        const refused = thrown instanceof RefusedCallError ? thrown.call : undefined;
        if (refused === undefined || !mayTell(request.messages)) throw thrown;
        const { name, written, refusal } = refused;
        const ids = new CallIds([...request.messages, { kind: "assistant", parts: given }]);
        const call = { kind: "tool-call", id: ids.take(undefined), name, input: {} } as const;
        const part: ToolCallPart = { ...call, invalidInput: written, refusal };
        yield { kind: "part", part };
        yield { kind: "end", stop: "tool-calls", usage: NO_USAGE, source: "live" };
      }
    },
  };
}

function mayTell(messages: readonly Message[]): boolean {
  const answers = messages.filter((message) => message.kind === "assistant").reverse();
  const other = answers.findIndex(({ parts }) => !parts.some(isRefused));
  return (other < 0 ? answers.length : other) < MAX_TOLD;
}

function isRefused(part: AnswerPart): boolean {
  return part.kind === "tool-call" && part.refusal !== undefined;
}
