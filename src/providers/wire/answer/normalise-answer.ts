import type { ModelEvent } from "../../../model/event.ts";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import type {
  AnswerPart,
  AnswerTextPart,
  OpaquePart,
  ToolCallPart,
} from "../../../model/message.ts";
import { type ModelRequest, splitModelName } from "../../../model/request.ts";
import { shortened } from "../../../words/printable.ts";
import { CallIds } from "../call-ids.ts";
import { inputBack } from "../schema/schema-dialect.ts";
import { ToolNames } from "../tool-names.ts";
import type { SaidEvent, SaidPart, Wire, WireCall, WireEnd } from "../wire.ts";
import { readArguments } from "./read-arguments.ts";
import { stopOf, type Wholeness, wholenessOf } from "./stop-reason.ts";
import { splitThinking, ThinkingStream } from "./think-tags.ts";

/** More than any model's name has: what a server sends is kept in every recording. */
const MODEL_CHARS = 200;

type DeltaEvent = Extract<SaidEvent, { readonly kind: "text-delta" | "thinking-delta" }>;

/**
 * Turns what a wire's decoder says of one answer into model events, in one way for all wires:
 *
 * - Calls get ids that are unique in the conversation, their tools' own names, and arguments that
 *   are an object; any other call is invalid and does not run.
 * - Thinking between tags in the text becomes thinking.
 * - An answer that stopped for a reason nobody knows, or without having said anything, is an error
 *   that names the reason.
 */
export class AnswerNormaliser {
  readonly #model: string;
  readonly #wire: Pick<Wire, "emptyStops">;
  /** The input of a call as its tool takes it, from what the model was told to give. */
  readonly #inputBack: (name: string, sent: Json) => Json;
  readonly #ids: CallIds;
  readonly #names: ToolNames;
  readonly #tools: ReadonlyMap<string, JsonSchema>;
  readonly #mask: (text: string) => string;
  #thinking = new ThinkingStream();
  /** Calls since the last other part: only the answer's end says whether they are whole. */
  #heldCalls: WireCall[] = [];
  /** The parts handed on so far. */
  readonly #given: AnswerPart[] = [];
  readonly #said = {
    text: false,
    thinking: false,
    unread: [] as string[],
    calls: 0,
    invalidCalls: 0,
  };

  /** @param mask takes the provider's secrets out of what an error quotes of the answer */
  constructor(
    request: ModelRequest,
    wire: Pick<Wire, "emptyStops" | "schemas">,
    mask: (text: string) => string,
  ) {
    this.#mask = mask;
    const { model, messages, tools } = request;
    this.#model = model;
    this.#wire = wire;
    this.#inputBack = inputBack(request, wire.schemas);
    this.#ids = new CallIds(messages);
    this.#names = new ToolNames(tools);
    this.#tools = new Map(tools.map(({ name, inputSchema }) => [name, inputSchema]));
  }

  /** Returns true for what {@link push} would hand on as it is: nearly all of a long answer. */
  isPlain(event: SaidEvent): event is DeltaEvent {
    if (event.kind === "text-delta") return this.#said.text || this.#thinking.wasText;
    return event.kind === "thinking-delta";
  }

  push(event: SaidEvent): readonly ModelEvent[] {
    switch (event.kind) {
      case "text-delta":
        return this.#said.text ? [event] : this.#thinking.push(event);
      case "thinking-delta":
        return [event];
      case "part":
        return [...this.#closeCalls("whole"), ...this.#part(event)];
      case "call":
        this.#heldCalls.push(event.call);
        return [];
      default:
        return event satisfies never;
    }
  }

  /** @throws ProviderError for an answer that is none */
  end(end: WireEnd): readonly ModelEvent[] {
    const calls = this.#closeCalls(wholenessOf(end));
    const answer = { model: this.#model, said: this.#said, emptyStops: this.#wire.emptyStops };
    const stop = stopOf(this.#masked(end), answer);
    const model = this.#answeredBy(end);
    const by = model === undefined ? {} : { answeredBy: model };
    return [...calls, { kind: "end", ...stop, ...by, usage: end.usage, source: "live" }];
  }

  /** The model that answered, where it is not called as the one that was asked for. */
  #answeredBy({ model = "" }: WireEnd): string | undefined {
    const isAsked = model === this.#model || model === splitModelName(this.#model).name;
    return model === "" || isAsked ? undefined : shortened(this.#mask(model), MODEL_CHARS);
  }

  #masked(end: WireEnd): WireEnd {
    const { reason, refusal } = end;
    return {
      ...end,
      reason: reason === undefined ? undefined : this.#mask(reason),
      refusal: refusal === undefined ? undefined : this.#mask(refusal),
    };
  }

  #part({ part, means }: SaidPart): readonly ModelEvent[] {
    if (part.kind === "thinking" || means === "thinking") this.#said.thinking = true;
    else if (part.kind === "opaque" && means === undefined) {
      this.#said.unread.push(this.#mask(typeOf(part)));
    }
    if (part.kind !== "text" || this.#said.text) return [this.#give(part)];
    return this.#firstText(part);
  }

  /** A text that nothing but white space came before: it may begin with thinking. */
  #firstText(part: AnswerTextPart): readonly ModelEvent[] {
    const parts = splitThinking(part);
    const held = this.#thinking.flush();
    const isRetold = this.#thinking.wasText && parts[0]?.kind === "thinking";
    this.#thinking = new ThinkingStream();
    for (const said of parts) {
      if (said.kind === "thinking") this.#said.thinking = true;
      if (said.kind === "text") this.#said.text ||= said.text.trim() !== "";
    }
    if (!isRetold) return [...held, ...parts.map((said) => this.#give(said))];
    const before = this.#given.splice(0);
    return [TAKEN_BACK, ...[...before, ...parts].flatMap((said) => this.#retell(said))];
  }

  #give(part: AnswerPart): ModelEvent {
    this.#given.push(part);
    return { kind: "part", part };
  }

  #retell(part: AnswerPart): readonly ModelEvent[] {
    const given = this.#give(part);
    if (part.kind !== "text" && part.kind !== "thinking") return [given];
    return [
      { kind: part.kind === "text" ? "text-delta" : "thinking-delta", text: part.text },
      given,
    ];
  }

  #closeCalls(wholeness: Wholeness): readonly ModelEvent[] {
    const calls = this.#heldCalls;
    this.#heldCalls = [];
    return calls.map((call) => this.#give(this.#toolCall(call, call.isCut ? "cut" : wholeness)));
  }

  #toolCall(
    { id, name: sentName, arguments: sent, extra }: WireCall,
    wholeness: Wholeness,
  ): ToolCallPart {
    const name = this.#names.own(sentName);
    const isWithoutArguments = takesNone(this.#tools.get(name));
    const isCut = wholeness === "cut" || (wholeness === "untold" && !isWithoutArguments);
    const read = readArguments(sent, { isCut, takesNone: isWithoutArguments });
    this.#said.calls++;
    if (read.invalidInput !== undefined) this.#said.invalidCalls++;
    const extras = extra === undefined ? {} : { extra };
    const input = read.invalidInput === undefined ? this.#inputBack(name, read.input) : read.input;
    return { kind: "tool-call", id: this.#ids.take(id), name, ...read, input, ...extras };
  }
}

/** What the provider calls a part that only it understands. */
function typeOf({ extra: { data } }: OpaquePart): string {
  const fields: JsonObject = isJsonObject(data) ? data : {};
  const { type } = isJsonObject(fields.block) ? fields.block : fields;
  return typeof type === "string" ? type : "a part without a type";
}

function takesNone(schema: JsonSchema | undefined): boolean {
  if (schema === undefined) return false;
  const { properties } = schema;
  return (
    properties === undefined || (isJsonObject(properties) && Object.keys(properties).length === 0)
  );
}

/** Said when the end of a text shows that it was thinking; all of it is told again as what it is. */
const TAKEN_BACK: ModelEvent = {
  kind: "restart",
  reason: "the text turned out to begin with thinking",
};
