import { isJsonObject, type Json, type JsonObject } from "../../../src/model/json.ts";
import {
  type ApiRule,
  isBlank,
  isSendableName,
  listIn,
  parsed,
  repeated,
  shown,
  textsIn,
} from "./body.ts";

const itemsOf = (body: JsonObject) => listIn(body, "input");

const callsOf = (body: JsonObject) => itemsOf(body).filter(isCall);

function isCall({ type }: JsonObject): boolean {
  return type === "function_call";
}

const inputIsNotEmpty: ApiRule = (body) => (itemsOf(body).length > 0 ? [] : ["input"]);

const textsAreNotBlank: ApiRule = (body) =>
  itemsOf(body)
    .filter((item) => item.role !== undefined || item.type === "function_call_output")
    .flatMap(({ content, output }) => blankIn(content ?? output))
    .map(shown);

function blankIn(content: Json | undefined): (Json | undefined)[] {
  if (!Array.isArray(content)) return isBlank(content) ? [content] : [];
  if (content.length === 0) return [content];
  return content.filter((part: Json) => {
    if (!isJsonObject(part)) return true;
    const isText = part.type === "input_text" || part.type === "output_text";
    return isText && isBlank(part.text);
  });
}

/** Arguments are read as well: what is escaped in them is one text by then. */
const textIsWellFormed: ApiRule = (body) =>
  [...textsIn(body), ...callsOf(body).flatMap((call) => textsIn(parsed(call.arguments)))]
    .filter((text) => !text.isWellFormed())
    .map(shown);

const namesFit: ApiRule = (body) =>
  [...listIn(body, "tools"), ...callsOf(body)]
    .map(({ name }) => name)
    .filter((name) => !isSendableName(name))
    .map(shown);

const toolNamesAreUnique: ApiRule = (body) =>
  repeated(listIn(body, "tools").map(({ name }) => name));

const argumentsAreObjects: ApiRule = (body) =>
  callsOf(body)
    .filter((call) => !isJsonObject(parsed(call.arguments)))
    .map(shown);

const callIdsFit: ApiRule = (body) =>
  callsOf(body)
    .map(({ call_id: id }) => id)
    .filter((id) => isBlank(id) || String(id).length > 64)
    .map(shown);

const callIdsAreUnique: ApiRule = (body) => repeated(callsOf(body).map(({ call_id: id }) => id));

/** Each call has one result behind it, and each result its call. */
const resultsHaveCalls: ApiRule = (body) => {
  const open = new Set<Json | undefined>();
  const orphans: string[] = [];
  for (const item of itemsOf(body)) {
    if (isCall(item)) open.add(item.call_id);
    const isOutput = item.type === "function_call_output";
    if (isOutput && !open.delete(item.call_id)) orphans.push(shown(item));
  }
  return [...orphans, ...[...open].map((id) => `no output for ${String(id)}`)];
};

const reasoningLeadsSomewhere: ApiRule = (body) =>
  itemsOf(body)
    .filter(({ type }, index, all) => {
      if (type !== "reasoning") return false;
      const next = all.slice(index + 1).find((item) => item.type !== "reasoning");
      return next === undefined || next.role === "user" || next.type === "function_call_output";
    })
    .map(shown);

const reasoningNeedsNoStorage: ApiRule = (body) =>
  itemsOf(body)
    .filter((item) => item.type === "reasoning")
    .filter((item) => isBlank(item.encrypted_content) && listIn(item, "content").length === 0)
    .map(shown);

/** What the Responses API refuses. */
export const OPENAI_RESPONSES_RULES: readonly ApiRule[] = [
  inputIsNotEmpty,
  textsAreNotBlank,
  textIsWellFormed,
  namesFit,
  toolNamesAreUnique,
  argumentsAreObjects,
  callIdsFit,
  callIdsAreUnique,
  resultsHaveCalls,
  reasoningLeadsSomewhere,
  reasoningNeedsNoStorage,
];
