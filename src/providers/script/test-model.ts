import { answerEvents } from "../../model/answer.ts";
import type { AnswerSource, ModelEvent, StopReason } from "../../model/event.ts";
import { type Json, jsonOrText } from "../../model/json.ts";
import type { AnswerPart, Message, ToolCallPart, ToolMessage } from "../../model/message.ts";
import type { ModelRequest, ToolDefinition } from "../../model/request.ts";
import { generateExample } from "../../model/schema/example-of-schema.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { NO_USAGE } from "../../model/usage.ts";

/** Nobody was asked, so the answer counts as written by somebody, like that of a script. */
const SOURCE: AnswerSource = "script";

/**
 * The model `test`: needs no network and always answers the same request in the same way.
 *
 * It first calls every tool once, all in one answer, with an input generated from the tool's
 * schema. When a conversation holds tool calls, or there are no tools, it ends with a text: JSON
 * that fits the output schema where there is one, else JSON of each tool's name with its output.
 */
export function createTestTransport(): ModelTransport {
  return { stream };
}

async function* stream(
  request: ModelRequest,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted();
  const calls = request.messages.some(hasToolCall) ? [] : request.tools.map(callOf);
  const parts: AnswerPart[] =
    calls.length > 0 ? calls : [{ kind: "text", text: JSON.stringify(finalJson(request)) }];
  const stop: StopReason = calls.length > 0 ? "tool-calls" : "end";
  yield* answerEvents({ parts, stop, usage: NO_USAGE, source: SOURCE });
}

function hasToolCall(message: Message): boolean {
  return message.kind === "assistant" && message.parts.some(({ kind }) => kind === "tool-call");
}

function callOf({ name, inputSchema }: ToolDefinition, index: number): ToolCallPart {
  // Where no input is found, an empty one lets the tool's own check say what is missing.
  const input = generateExample(inputSchema) ?? {};
  return { kind: "tool-call", id: `test_${index + 1}`, name, input };
}

function finalJson({ outputSchema, messages }: ModelRequest): Json {
  if (outputSchema !== undefined) return generateExample(outputSchema) ?? null;
  const results = messages.filter((message) => message.kind === "tool");
  return Object.fromEntries(results.map((result) => [result.name, outputOf(result)]));
}

function outputOf({ content, isError }: ToolMessage): Json {
  const texts = content.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  const output = jsonOrText(texts.join("\n"));
  return isError ? { error: output } : output;
}
