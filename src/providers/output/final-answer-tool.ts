import { type Answer, answerEvents, collectAnswer } from "../../model/answer.ts";
import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { ModelRequest, ToolDefinition } from "../../model/request.ts";
import type { ModelTransport, StreamOptions } from "../../model/transport.ts";
import { forcesCall } from "../wire/request/tool-choice.ts";
import { isObjectSchema, wrapSchema } from "../wire/schema/object-root.ts";

const NAME = "final_answer";
const DESCRIPTION = "Takes your final answer. Call it once, when nothing is left to do.";

/** The property that holds an answer that is no object: the input of a tool is one. */
const WRAPPER = "answer";

/**
 * A transport for servers that take no output schema: the model is offered a tool `final_answer`
 * whose input schema is the output schema, and its call comes back as a text part with the JSON, as
 * from a server that takes one. A model that answers with text instead has answered.
 *
 * Other calls in the same answer come first: the final answer, which cannot know their results, is
 * taken out, and the model gives it again when they are answered. Such answers arrive whole, since
 * only their end says what their text is.
 *
 * @param isNeeded whether the server does not take the request's output schema
 */
export function withFinalAnswerTool(
  inner: ModelTransport,
  isNeeded: (request: ModelRequest, schema: JsonSchema) => boolean,
): ModelTransport {
  async function* streamWithTool(
    request: ModelRequest,
    outputSchema: JsonSchema,
    options: StreamOptions,
  ) {
    const tool = finalAnswerTool(request, outputSchema);
    const answer = await collectAnswer(inner.stream(offering(request, tool), options));
    yield* answerEvents(withoutTool(answer, tool.name, !isObjectSchema(outputSchema)));
  }
  return {
    stream(request, options) {
      const { outputSchema } = request;
      if (outputSchema === undefined || !isNeeded(request, outputSchema)) {
        return inner.stream(request, options);
      }
      return streamWithTool(request, outputSchema, options);
    },
  };
}

/** The request that a server gets in place of one with an output schema. */
export function offerFinalAnswerTool(request: ModelRequest, schema: JsonSchema): ModelRequest {
  return offering(request, finalAnswerTool(request, schema));
}

/**
 * A forced call of some tool is one of the worker's own, so the tool waits for the request after it;
 * where the worker's tools are forbidden, it is the only one.
 */
function offering(request: ModelRequest, tool: ToolDefinition): ModelRequest {
  const { outputSchema: _schema, ...rest } = request;
  const { toolChoice, ...settings } = request.settings;
  if (toolChoice === "required" && forcesCall(request)) return rest;
  const isForbidden = toolChoice === "none";
  const system = [request.system, `Give your final answer with the tool ${tool.name}.`];
  return {
    ...rest,
    system: system.filter((text) => text !== "").join("\n\n"),
    tools: isForbidden ? [tool] : [...request.tools, tool],
    ...(isForbidden ? { settings } : {}),
  };
}

function finalAnswerTool({ tools }: ModelRequest, schema: JsonSchema): ToolDefinition {
  let name = NAME;
  while (tools.some((tool) => tool.name === name)) name += "_";
  const inputSchema = toolSchema(schema);
  return { name, description: DESCRIPTION, inputSchema };
}

/** Made once for each schema, as what is known of a tool's schema is. */
const wrappedSchemas = new WeakMap<JsonSchema, JsonSchema>();

/** A choice of objects stays one within the wrapper. */
function toolSchema(schema: JsonSchema): JsonSchema {
  if (isObjectSchema(schema)) return schema;
  const wrapped = wrappedSchemas.get(schema) ?? wrapSchema(schema, WRAPPER);
  wrappedSchemas.set(schema, wrapped);
  return wrapped;
}

function withoutTool(answer: Answer, name: string, isWrapped: boolean): Answer {
  const calls = answer.parts.filter((part) => part.kind === "tool-call");
  const last = calls.findLast((call) => call.name === name);
  if (!last) return answer;
  const others = answer.parts.filter((part) => part.kind !== "tool-call" || part.name !== name);
  if (calls.some((call) => call.name !== name)) return { ...answer, parts: others };
  const text = JSON.stringify(isWrapped ? unwrapped(last.input) : last.input);
  return {
    ...answer,
    parts: [...others.map(beside), { kind: "text", text: last.invalidInput ?? text }],
    stop: answer.stop === "tool-calls" ? "end" : answer.stop,
  };
}

function unwrapped(input: Json): Json {
  const value = isJsonObject(input) ? input[WRAPPER] : undefined;
  return value === undefined ? input : value;
}

/**
 * The text of an answer is its JSON, so what is said beside the call becomes a thought. No thought is
 * sent back: what signs it covers the call, which goes back as text.
 */
function beside(part: AnswerPart): AnswerPart {
  if (part.kind !== "text" && part.kind !== "thinking") return part;
  return { kind: "thinking", text: part.text };
}
