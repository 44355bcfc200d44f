import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { ProviderError, type ProviderErrorInit } from "../provider-error.ts";
import { jsonIn } from "./lenient-json.ts";

/** What servers call it when they could not use the tool call that the model wrote (Groq). */
const REFUSED_TYPE = "tool_use_failed";

/** What a tool's name may look like; anything else was not meant as one. */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A tool call that a server refused. */
export interface RefusedCall {
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
  return from < 0 ? undefined : readCall(jsonIn(written.slice(from, to + 1)));
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
