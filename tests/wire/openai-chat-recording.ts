import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";
import { PROVIDERS, switchesOf } from "../../src/providers/table/provider-table.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../../src/providers/wire/server-switches.ts";
import type { WireExchange } from "../support/wire.ts";

/**
 * What a recorded response says, read without the code under test: a plain reading that is right
 * for the recordings, not for every server.
 */
export interface RecordedAnswer {
  readonly text: string;
  readonly thinking: string;
  readonly refusal: string;
  readonly calls: readonly { id: string; name: string; input: Json }[];
  readonly finish: string | undefined;
  readonly usage: JsonObject | undefined;
  /** The error that the body holds, whatever the status. */
  readonly error: JsonObject | undefined;
}

export function readRecordedAnswer(body: Json): RecordedAnswer {
  const chunks = typeof body === "string" ? eventsOf(body) : [body];
  const messages = chunks.flatMap((chunk) => objects(chunk, "choices"));
  const said = messages.map((choice) => choice["delta"] ?? choice["message"]).filter(isJsonObject);
  const usages = chunks.map((chunk) => (isJsonObject(chunk) ? chunk["usage"] : undefined));
  return {
    text: said.map((message) => textOf(message["content"])).join(""),
    thinking: said.map(thinkingOf).join(""),
    refusal: said.map((message) => message["refusal"] ?? "").join(""),
    calls: callsOf(said.flatMap((message) => objects(message, "tool_calls"))),
    finish: messages
      .map((choice) => choice["finish_reason"])
      .findLast((f) => typeof f === "string"),
    usage: usages.findLast(isJsonObject),
    error: chunks.map(errorOf).find((error) => error !== undefined),
  };
}

/** The switches of the server that a request was recorded from. */
export function switchesFor(exchange: WireExchange): ServerSwitches {
  const host = URL.parse(exchange.request.url)?.host;
  const row = Object.values(PROVIDERS).find(
    (known) => known.wire === "openai-chat" && URL.parse(known.baseUrl)?.host === host,
  );
  return row ? switchesOf(row) : DEFAULT_SWITCHES;
}

function eventsOf(text: string): Json[] {
  const data = [...text.matchAll(/^data: (.*)$/gm)].map((match) => match[1] ?? "");
  return data.filter((line) => line !== "[DONE]").map((line) => JSON.parse(line));
}

function objects(value: Json, field: string): JsonObject[] {
  const list = isJsonObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function textOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const blocks = content.filter(isJsonObject).filter((block) => block["type"] === "text");
  return blocks.map((block) => block["text"]).join("");
}

function thinkingOf(message: JsonObject): string {
  const field = message["reasoning_content"] ?? message["reasoning"];
  if (typeof field === "string") return field;
  const blocks = objects(message, "content").filter((block) => block["type"] === "thinking");
  return blocks.flatMap((block) => objects(block, "thinking").map((item) => item["text"])).join("");
}

function callsOf(pieces: readonly JsonObject[]): { id: string; name: string; input: Json }[] {
  const calls = new Map<Json | undefined, { id: string; name: string; text: string }>();
  for (const piece of pieces) {
    const fields = piece["function"];
    if (!isJsonObject(fields)) continue;
    const call = calls.get(piece["index"]) ?? { id: "", name: "", text: "" };
    calls.set(piece["index"], call);
    if (typeof piece["id"] === "string") call.id = piece["id"];
    if (typeof fields["name"] === "string") call.name = fields["name"];
    call.text += fields["arguments"] ?? "";
  }
  return [...calls.values()].map(({ id, name, text }) => ({ id, name, input: JSON.parse(text) }));
}

function errorOf(chunk: Json): JsonObject | undefined {
  const error = isJsonObject(chunk) ? chunk["error"] : undefined;
  return isJsonObject(error) ? error : undefined;
}
