import type { Json } from "../../model/json.ts";
import type { AssistantMessage, Message, UserMessage } from "../../model/message.ts";
import { splitModelName } from "../../model/request.ts";
import type { Call, Work } from "../state/call.ts";
import { outputText } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";

/** Whether a conversation comes before a call's input: only the entry can have one. */
export function hasHistory({ options }: RunState, { parent }: Call): boolean {
  return parent === undefined && (options.history ?? []).length > 0;
}

/** Whether a call is a turn of a conversation that goes on, so that what it says is sent again. */
export function isContinued(run: RunState, call: Call): boolean {
  return hasHistory(run, call) || (call.parent === undefined && run.options.isChat === true);
}

/**
 * The messages before a call's input, as the given model is sent them. Of answers by another
 * provider's model, text and calls are left.
 */
export function earlierMessages(run: RunState, call: Call, model: string): readonly Message[] {
  if (!hasHistory(run, call)) return [];
  return (run.options.history ?? []).flatMap((message): Message[] => {
    if (message.kind !== "assistant") return [message];
    const { model: by = model, ...own } = message;
    return isSameProvider(by, model) ? [own] : understoodByAll(own);
  });
}

function isSameProvider(left: string, right: string): boolean {
  return splitModelName(left).provider === splitModelName(right).provider;
}

/** An answer without what only its provider understands; none where nothing else is in it. */
function understoodByAll({ kind, parts }: AssistantMessage): AssistantMessage[] {
  const left = parts.flatMap((part) => {
    if (part.kind === "thinking" || part.kind === "opaque") return [];
    const { extra: _extra, ...rest } = part;
    return [rest];
  });
  return left.length > 0 ? [{ kind, parts: left }] : [];
}

/** Keeps the entry's conversation for the run's report, where each answer names its model. */
export function keepConversation({ options, record }: RunState, work: Work): void {
  const { messages, model } = work;
  const { history = [] } = options;
  const own = messages.length - 1; // its input is the last message when it begins
  record.converse(() => [
    ...history,
    ...messages.slice(own).map((message) => namingModel(message, model)),
  ]);
}

function namingModel(message: Message, model: string): Message {
  return message.kind === "assistant" ? { ...message, model } : message;
}

/** Keeps what code answered in a prompt's place: what the caller has been told. */
export function keepAnswer({ record }: RunState, said: UserMessage, output: Json): void {
  const text = outputText(output);
  record.converse(() => [said, { kind: "assistant", parts: [{ kind: "text", text }] }]);
}
