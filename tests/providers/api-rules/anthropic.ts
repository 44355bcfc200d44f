import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonObject } from "../../../src/model/json.ts";
import { type ApiRule, isBlank, isSendableName, listIn, repeated, shown, textsIn } from "./body.ts";

const messagesOf = (body: JsonObject) => listIn(body, "messages");

function answersOf(body: JsonObject): JsonObject[] {
  return messagesOf(body).filter(({ role }) => role === "assistant");
}

function blocksOf(body: JsonObject, type: string): JsonObject[] {
  return messagesOf(body)
    .flatMap((message) => listIn(message, "content"))
    .filter((block) => block.type === type);
}

const startsWithUser: ApiRule = (body) =>
  messagesOf(body)[0]?.role === "user" ? [] : [shown(messagesOf(body)[0])];

const rolesAlternate: ApiRule = (body) =>
  messagesOf(body)
    .filter((message, index, all) => message.role === all[index - 1]?.role)
    .map(shown);

const messagesHaveContent: ApiRule = (body) =>
  messagesOf(body)
    .filter((message) => listIn(message, "content").length === 0)
    .map(shown);

const textsAreNotBlank: ApiRule = (body) => {
  const results = blocksOf(body, "tool_result").flatMap((result) => listIn(result, "content"));
  const texts = [...blocksOf(body, "text"), ...results.filter(({ type }) => type === "text")];
  const system = body.system !== undefined && isBlank(body.system) ? ["system"] : [];
  return [...system, ...texts.filter(({ text }) => isBlank(text)).map(shown)];
};

const errorResultsAreTexts: ApiRule = (body) =>
  blocksOf(body, "tool_result")
    .filter((result) => result.is_error === true)
    .filter((result) => {
      const content = listIn(result, "content");
      return content.length === 0 || content.some(({ type }) => type !== "text");
    })
    .map(shown);

const textIsWellFormed: ApiRule = (body) =>
  textsIn(body)
    .filter((text) => !text.isWellFormed())
    .map(shown);

const namesFit: ApiRule = (body) =>
  [...listIn(body, "tools"), ...blocksOf(body, "tool_use")]
    .map(({ name }) => name)
    .filter((name) => !isSendableName(name))
    .map(shown);

const toolNamesAreUnique: ApiRule = (body) =>
  repeated(listIn(body, "tools").map(({ name }) => name));

const inputsAreObjects: ApiRule = (body) =>
  blocksOf(body, "tool_use")
    .filter(({ input }) => !isJsonObject(input))
    .map(shown);

const callIdsFit: ApiRule = (body) =>
  blocksOf(body, "tool_use")
    .filter(({ id }) => !/^[a-zA-Z0-9_-]+$/.test(String(id)))
    .map(shown);

const callIdsAreUnique: ApiRule = (body) =>
  repeated(blocksOf(body, "tool_use").map(({ id }) => id));

/** The results stand first in the next message, one for each call, and nowhere else. */
const resultsFollowCalls: ApiRule = (body) =>
  messagesOf(body).flatMap((message, index, all) => {
    if (message.role !== "user") {
      const isLast = index === all.length - 1;
      return isLast && idsOf(message, "tool_use", "id").length > 0 ? [shown(message)] : [];
    }
    const before = all[index - 1];
    const calls = before ? idsOf(before, "tool_use", "id") : [];
    const content = listIn(message, "content");
    const first = content.slice(0, calls.length).map((block) => block.tool_use_id);
    const results = idsOf(message, "tool_result", "tool_use_id");
    return isDeepStrictEqual(first, calls) && isDeepStrictEqual(results, calls)
      ? []
      : [shown(message)];
  });

function idsOf(message: JsonObject, type: string, field: string) {
  return listIn(message, "content")
    .filter((block) => block.type === type)
    .map((block) => block[field]);
}

const thinkingIsSigned: ApiRule = (body) =>
  blocksOf(body, "thinking")
    .filter(({ signature }) => isBlank(signature))
    .map(shown);

const thinkingIsNotLast: ApiRule = (body) =>
  answersOf(body)
    .filter((message) => isThinking(listIn(message, "content").at(-1)))
    .map(shown);

const thinkingStandsFirst: ApiRule = (body) =>
  answersOf(body)
    .filter((message) => {
      const content = listIn(message, "content");
      const hasCalls = content.some(({ type }) => type === "tool_use");
      return hasCalls && content.some(isThinking) && !isThinking(content[0]);
    })
    .map(shown);

function isThinking(block: JsonObject | undefined): boolean {
  return block?.type === "thinking" || block?.type === "redacted_thinking";
}

const endDoesNotTrail: ApiRule = (body) => {
  const last = messagesOf(body).at(-1);
  const block = last?.role === "assistant" ? listIn(last, "content").at(-1) : undefined;
  return block?.type === "text" && /\s$/.test(String(block.text)) ? [shown(block)] : [];
};

/** For Claude 4.6 and later; an answer that the API paused may stand last. */
export const endsWithUser: ApiRule = (body) => {
  const last = messagesOf(body).at(-1);
  const isPaused = last !== undefined && listIn(last, "content").some(isServerBlock);
  return last?.role === "user" || isPaused ? [] : [shown(last)];
};

function isServerBlock({ type }: JsonObject): boolean {
  return !["text", "thinking", "redacted_thinking", "tool_use"].includes(String(type));
}

/** What the Messages API refuses. */
export const ANTHROPIC_RULES: readonly ApiRule[] = [
  startsWithUser,
  rolesAlternate,
  messagesHaveContent,
  textsAreNotBlank,
  errorResultsAreTexts,
  textIsWellFormed,
  namesFit,
  toolNamesAreUnique,
  inputsAreObjects,
  callIdsFit,
  callIdsAreUnique,
  resultsFollowCalls,
  thinkingIsSigned,
  thinkingIsNotLast,
  thinkingStandsFirst,
  endDoesNotTrail,
];
