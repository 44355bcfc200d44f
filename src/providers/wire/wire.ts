import type { Json } from "../../model/json.ts";
import type { AnswerPart, ProviderExtra, ToolCallPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CacheLifetime } from "../../model/transport.ts";
import type { Usage } from "../../model/usage.ts";
import type { ProviderConfig, WireName } from "./provider-config.ts";
import type { SchemaRules } from "./schema/schema-rules.ts";

/**
 * One protocol: how a request is written and how an answer is read. What all protocols share (the
 * request on its way, aborts, errors, the normalising of answers) is in this folder, once.
 */
export interface Wire {
  readonly name: WireName;
  /** For people, as in "the server does not speak ...". */
  readonly protocol: string;
  /** What to try when the server speaks something else, or has nothing at the wire's address. */
  foreignTries(reading: Reading): readonly string[];
  /** Stop reasons after which an answer without any part is legitimate. */
  readonly emptyStops: readonly string[];
  /** What the server takes of schemas. */
  readonly schemas: SchemaRules;
  createClient(config: ProviderConfig): WireClient;
  /**
   * The body of a request.
   *
   * @param cache how long the server should keep the prompt, on wires that want to be told
   * @throws LlmDoError `configuration` for what the wire has no words for
   */
  encode(request: ModelRequest, cache?: CacheLifetime): object;
  createDecoder(reading: Reading): WireDecoder;
}

/** Whose answer is read, for errors. */
export interface Reading {
  readonly config: ProviderConfig;
  /** The model's full name. */
  readonly model: string;
  /** What to try when the server has nothing at the wire's address. Default: nothing. */
  readonly foreignTries?: () => readonly string[];
}

/** Sends bodies to one server. */
export interface WireClient {
  /**
   * Sends one request and gives the response with its body unread.
   *
   * @throws StatusFailure for a status that is no answer, perhaps as the cause of another error;
   * whatever the network throws
   */
  send(body: object, signal: AbortSignal): Promise<Response>;
}

/** Reads one answer, event by event. */
export interface WireDecoder {
  /**
   * - `open`: the wire's end mark has not come.
   * - `finished`: it has; what may still come is the usage.
   * - `ended`: nothing more belongs to the answer.
   */
  readonly state: "open" | "finished" | "ended";
  /** What came of another protocol, as long as nothing came of this one. */
  readonly foreign: Json | undefined;
  /** @throws ProviderError for an event that is an error */
  push(event: Json): readonly WireEvent[];
  /**
   * Takes an answer that came as one document; undefined where it is no answer of this wire.
   *
   * @throws ProviderError for a document that is an error
   */
  pushWhole(document: Json): readonly WireEvent[] | undefined;
  /** Takes the mark `[DONE]`. */
  pushDone(): readonly WireEvent[];
  /** The rest of an answer that has finished; its last event is the end. */
  end(): readonly WireEvent[];
}

/** What a decoder says of an answer: what the wire said, before it is normalised. */
export type WireEvent = SaidEvent | WireEnd;

export type SaidEvent =
  | { readonly kind: "text-delta"; readonly text: string }
  | { readonly kind: "thinking-delta"; readonly text: string }
  | SaidPart
  | { readonly kind: "call"; readonly call: WireCall };

export interface SaidPart {
  readonly kind: "part";
  readonly part: Exclude<AnswerPart, ToolCallPart>;
  /** What a part that only its provider understands is, where that is known. */
  readonly means?: "thinking" | "nothing";
}

/** A tool call as the server sent it. */
export interface WireCall {
  readonly id: string | undefined;
  readonly name: string;
  /** A text that should be JSON, or the JSON itself; undefined where nothing came. */
  readonly arguments: Json | undefined;
  /** Whether the wire itself says that the call was cut off. */
  readonly isCut?: boolean;
  readonly extra?: ProviderExtra;
}

/** The end of an answer as the server said it. */
export interface WireEnd {
  readonly kind: "end";
  /** The wire's own word for why the answer stopped; undefined where the server gave none. */
  readonly reason: string | undefined;
  /** Whether the answer itself says that the model refused, whatever the reason. */
  readonly isRefusal?: boolean;
  /** Why the model refused, in the provider's words, where no text says it. */
  readonly refusal?: string | undefined;
  /** The model that answered, as the server names it. */
  readonly model?: string | undefined;
  readonly usage: Usage;
}
