import { type ApiRule, listIn, shown } from "./body.ts";
import { answersOf, isSilent, messagesOf, OPENAI_CHAT_RULES } from "./openai-chat.ts";

const callIdsHaveNineCharacters: ApiRule = (body) =>
  answersOf(body)
    .flatMap((message) => listIn(message, "tool_calls"))
    .filter(({ id }) => !/^[a-zA-Z0-9]{9}$/.test(String(id)))
    .map(shown);

const answersHaveContentOrCalls: ApiRule = (body) => answersOf(body).filter(isSilent).map(shown);

const usersWaitForAnAnswer: ApiRule = (body) =>
  messagesOf(body)
    .filter(({ role }, index, all) => role === "user" && all[index - 1]?.role === "tool")
    .map(shown);

const answersDoNotEnd: ApiRule = (body) => {
  const last = messagesOf(body).at(-1);
  return last?.role === "assistant" ? [shown(last)] : [];
};

/** What Mistral refuses beside what any server may. */
export const MISTRAL_RULES: readonly ApiRule[] = [
  ...OPENAI_CHAT_RULES,
  callIdsHaveNineCharacters,
  answersHaveContentOrCalls,
  usersWaitForAnAnswer,
  answersDoNotEnd,
];
