import { isJsonObject, type Json, type JsonObject, listIn } from "../../model/json.ts";
import { countIn } from "../../model/usage.ts";
import { type SpanMessage, spanMessages } from "./span-messages.ts";
import type { ReadCall } from "./traffic.ts";

/** Operations of spans that ask a model for an answer. */
const ASKING = ["chat", "text_completion", "generate_content", "completion"];

/** Reasons to stop with which an answer is not whole. */
const CUT = /length|max_tokens|content_filter|refusal|safety|error/i;

/**
 * The call of a model that a span, or a log record of its details, tells of.
 *
 * @param span as OTLP writes it, or with its attributes as a map
 * @returns undefined for a span that is about something else
 */
export function spanCall(span: JsonObject): ReadCall | undefined {
  const attributes = attributesIn(span["attributes"]);
  const events = mapsIn(span["events"]).map((event) => ({
    name: textIn(event["name"]) ?? "",
    attributes: attributesIn(event["attributes"]),
  }));
  const operation = attributes["gen_ai.operation.name"];
  if (operation !== undefined && !ASKING.includes(String(operation))) return undefined;
  const { input, output, instructions } = spanMessages(attributes, events);
  const isAsking = operation !== undefined || attributes["gen_ai.request.model"] !== undefined;
  if (!input && !output && !isAsking) return undefined;
  if (!input) return "noContent";
  const isSystem = ({ role }: SpanMessage) => role === "system" || role === "developer";
  const asked = input.filter((message) => !isSystem(message));
  const [question, ...more] = asked;
  if ([...asked, ...(output ?? [])].some(({ hasTools }) => hasTools)) return "toolCalls";
  if (!question || more.length > 0 || question.role !== "user") return "longer";
  if (asked.some(({ hasOther }) => hasOther)) return "attachments";
  const [answer] = output ?? []; // of several choices, the first
  const failed = attributes["error.type"] !== undefined || isFailed(span["status"]);
  if (!answer || failed || isCut(answer, attributes)) return "unanswered";
  const system = input.filter(isSystem).map(({ text }) => text);
  return {
    id: idOf(span),
    instructions: instructions ?? system.join("\n"),
    model:
      textIn(attributes["gen_ai.request.model"]) ?? textIn(attributes["gen_ai.response.model"]),
    input: question.text,
    output: answer.text,
    usage: usageIn(attributes),
    totalMs: durationMs(span),
  };
}

function isFailed(status: Json | undefined): boolean {
  const code = isJsonObject(status) ? (status["code"] ?? status["status_code"]) : undefined;
  return code === 2 || code === "STATUS_CODE_ERROR" || code === "ERROR";
}

function isCut({ finishReason, text }: SpanMessage, attributes: JsonObject): boolean {
  const reasons = attributes["gen_ai.response.finish_reasons"] ?? [];
  const said = [finishReason ?? "", ...(Array.isArray(reasons) ? reasons.map(String) : [])];
  return text === "" || said.some((reason) => CUT.test(reason));
}

/** Attributes as a map, from the list of OTLP or from a map. */
function attributesIn(value: Json | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  return Object.fromEntries(
    mapsIn(value).map((field) => [textIn(field["key"]) ?? "", anyValue(field["value"])]),
  );
}

/** A value as OTLP writes it, which says its type. */
function anyValue(value: Json | undefined): Json {
  if (!isJsonObject(value)) return value ?? null;
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = value;
  if (isJsonObject(arrayValue)) return listIn(arrayValue["values"]).map(anyValue);
  if (isJsonObject(kvlistValue)) return attributesIn(kvlistValue["values"] ?? []);
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? doubleValue ?? boolValue ?? null;
}

function mapsIn(value: Json | undefined): readonly JsonObject[] {
  return listIn(value).filter(isJsonObject);
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value || undefined : undefined;
}

/** Trace and span, which are the same in each export. */
function idOf(span: JsonObject): string {
  const context = isJsonObject(span["context"]) ? span["context"] : span;
  const { traceId = context["trace_id"], spanId = context["span_id"] } = context;
  return spanId === undefined ? JSON.stringify(span) : `${traceId}/${spanId}`;
}

function usageIn(attributes: JsonObject) {
  const tokens = (...names: readonly string[]) =>
    countIn(
      names.map((name) => attributes[`gen_ai.usage.${name}`]).find((one) => one !== undefined),
    );
  const read = tokens("cache_read.input_tokens");
  const written = tokens("cache_creation.input_tokens");
  // The conventions count cached tokens as input tokens, too.
  const inputTokens = Math.max(0, tokens("input_tokens", "prompt_tokens") - read - written);
  const outputTokens = tokens("output_tokens", "completion_tokens");
  return {
    inputTokens,
    outputTokens,
    ...(read > 0 ? { cacheReadTokens: read } : {}),
    ...(written > 0 ? { cacheWriteTokens: written } : {}),
  };
}

/** Milliseconds from the span's start to its end. */
function durationMs(span: JsonObject): number {
  const from = span["startTimeUnixNano"];
  const to = span["endTimeUnixNano"];
  if (from !== undefined && to !== undefined) {
    const ms = (Number(to) - Number(from)) / 1e6;
    return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : 0;
  }
  const ms = Date.parse(String(span["end_time"])) - Date.parse(String(span["start_time"]));
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** The spans and log records of an export of OTLP; undefined for another value. */
export function spansIn(value: JsonObject): readonly JsonObject[] | undefined {
  if (isJsonObject(value["attributes"]) || Array.isArray(value["attributes"])) return [value];
  const resources = [...mapsIn(value["resourceSpans"]), ...mapsIn(value["resourceLogs"])];
  if (value["resourceSpans"] === undefined && value["resourceLogs"] === undefined) return undefined;
  return resources.flatMap((resource) =>
    [
      ...mapsIn(resource["scopeSpans"]),
      ...mapsIn(resource["instrumentationLibrarySpans"]),
      ...mapsIn(resource["scopeLogs"]),
    ].flatMap((scope) => [...mapsIn(scope["spans"]), ...mapsIn(scope["logRecords"])]),
  );
}
