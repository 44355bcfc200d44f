import { isJsonObject, type JsonObject } from "../../../src/model/json.ts";
import {
  type ApiRule,
  isBlank,
  isSendableName,
  listIn,
  objectIn,
  parsed,
  repeated,
  shown,
  textsIn,
} from "./body.ts";

export const messagesOf = (body: JsonObject) => listIn(body, "messages");

export function answersOf(body: JsonObject): JsonObject[] {
  return messagesOf(body).filter(({ role }) => role === "assistant");
}

function callsOf(body: JsonObject): JsonObject[] {
  return answersOf(body).flatMap((message) => listIn(message, "tool_calls"));
}

const conversationIsNotEmpty: ApiRule = (body) =>
  messagesOf(body).some(({ role }) => role !== "system") ? [] : ["messages"];

/** A text, or a list of parts whose texts say something; null for an answer's calls. */
const contentIsNotBlank: ApiRule = (body) =>
  messagesOf(body)
    .filter(({ role, content }) => {
      if (role === "assistant" && content === null) return false;
      if (!Array.isArray(content)) return isBlank(content);
      const parts = content.filter(isJsonObject);
      return parts.length === 0 || parts.some(({ type, text }) => type === "text" && isBlank(text));
    })
    .map(shown);

const answersSaySomething: ApiRule = (body) =>
  answersOf(body)
    .filter((message) => isSilent(message) && isBlank(message.refusal))
    .map(shown);

/** Whether an answer has neither content nor calls. */
export function isSilent(message: JsonObject): boolean {
  const hasContent = Array.isArray(message.content) || !isBlank(message.content);
  return !hasContent && listIn(message, "tool_calls").length === 0;
}

/** Arguments are read as well: what is escaped in them is one text by then. */
const textIsWellFormed: ApiRule = (body) => {
  const inputs = callsOf(body).map((call) => parsed(objectIn(call, "function").arguments));
  return [...textsIn(body), ...inputs.flatMap(textsIn)]
    .filter((text) => !text.isWellFormed())
    .map(shown);
};

const namesFit: ApiRule = (body) =>
  [...listIn(body, "tools"), ...callsOf(body)]
    .map((entry) => objectIn(entry, "function").name)
    .filter((name) => !isSendableName(name))
    .map(shown);

const toolNamesAreUnique: ApiRule = (body) =>
  repeated(listIn(body, "tools").map((tool) => objectIn(tool, "function").name));

const argumentsAreObjects: ApiRule = (body) =>
  callsOf(body)
    .filter((call) => !isJsonObject(parsed(objectIn(call, "function").arguments)))
    .map(shown);

const callIdsAreUnique: ApiRule = (body) => {
  const ids = callsOf(body).map(({ id }) => id);
  return [...ids.filter(isBlank).map(shown), ...repeated(ids)];
};

/** Each call has one result, right after the answer, and there is no other result. */
const resultsFollowCalls: ApiRule = (body) => {
  let open: unknown[] = [];
  const places = messagesOf(body).flatMap((message) => {
    if (message.role === "tool")
      return open.shift() === message.tool_call_id ? [] : [shown(message)];
    const unanswered = open.map((id) => `no result for ${String(id)}`);
    open = listIn(message, "tool_calls").map(({ id }) => id);
    return unanswered;
  });
  return [...places, ...open.map((id) => `no result for ${String(id)}`)];
};

/** What any server of Chat Completions may refuse. */
export const OPENAI_CHAT_RULES: readonly ApiRule[] = [
  conversationIsNotEmpty,
  contentIsNotBlank,
  answersSaySomething,
  textIsWellFormed,
  namesFit,
  toolNamesAreUnique,
  argumentsAreObjects,
  callIdsAreUnique,
  resultsFollowCalls,
];

/** OpenAI's own. */
export const callIdsAreShort: ApiRule = (body) =>
  callsOf(body)
    .filter(({ id }) => String(id).length > 40)
    .map(shown);
