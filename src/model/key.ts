import { hash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";
import type { ContentPart, Message } from "./message.ts";
import { type ModelRequest, requestHead } from "./request.ts";

/** Hexadecimal digits of a key; 64 bits tell the entries of any cassette apart. */
const KEY_DIGITS = 16;

/** Changed only together with the cassette format: it would make every recording stale. */
const KEY_VERSION = "llm-do 1";

/**
 * The hashes of one request, as a chain: `states[0]` covers everything but the messages, and
 * `states[n]` the first n messages as well. Each state is a whole SHA-256 in hexadecimal.
 */
export interface KeyChain {
  readonly states: readonly string[];
  readonly key: string;
  /** Messages that the request has. */
  readonly length: number;
  /** One of {@link states}, which are a copy; undefined behind the last one. */
  stateAt(length: number): string | undefined;
}

/** The key that a chain state is known by. */
export function keyOfState(state: string): string {
  return state.slice(0, KEY_DIGITS);
}

/** The first state of a request's chain: everything but its messages. */
export function headState(request: ModelRequest): string {
  return hash("sha256", `${KEY_VERSION}\n${canonicalJson(requestHead(request))}`);
}

/** The state after one more message. */
export function nextState(state: string, message: Message): string {
  return hash("sha256", state + canonicalMessage(message));
}

/** A conversation with its chain, shared by all requests that it grew through. */
interface HashedConversation {
  readonly messages: Message[];
  /** One more than messages. */
  readonly states: string[];
}

/** The beginning of a hashed conversation that one request consisted of. */
class Beginning implements KeyChain {
  readonly conversation: HashedConversation;
  /** Messages in this beginning; the conversation may have grown since. */
  readonly length: number;
  readonly key: string;

  constructor(conversation: HashedConversation, length: number) {
    this.conversation = conversation;
    this.length = length;
    this.key = keyOfState(conversation.states[length] ?? "");
  }

  /** A copy, made when it is asked for: of a replayed request only the key is. */
  get states(): readonly string[] {
    return this.conversation.states.slice(0, this.length + 1);
  }

  stateAt(length: number): string | undefined {
    return length > this.length ? undefined : this.conversation.states[length];
  }

  get isWhole(): boolean {
    return this.length === this.conversation.messages.length;
  }
}

/**
 * Computes keys. A conversation that grows costs what is new in it: chains are remembered by the
 * identity of messages, which therefore must not be changed once they were in a request.
 */
export class RequestKeyer {
  readonly #known = new WeakMap<Message, Beginning>();
  #lastHead: { request: ModelRequest; state: string } | undefined;
  #lastNext: { state: string; message: Message; next: string } | undefined;

  chain(request: ModelRequest): KeyChain {
    const { messages } = request;
    const head = this.#headState(request);
    const known = this.#longestKnown(head, messages);
    if (known?.length === messages.length) return known;
    const conversation = known ? continuable(known) : { messages: [], states: [head] };
    for (const message of messages.slice(known?.length)) {
      conversation.states.push(this.#next(conversation.states.at(-1) ?? head, message));
      conversation.messages.push(message);
    }
    const chain = new Beginning(conversation, messages.length);
    const last = messages.at(-1);
    if (last) this.#known.set(last, chain);
    return chain;
  }

  key(request: ModelRequest): string {
    return this.chain(request).key;
  }

  /** The state that a request with one message more has; the next one of the conversation often does. */
  stateWith(chain: KeyChain, message: Message): string {
    const state = chain.stateAt(chain.length) ?? "";
    const next = this.#next(state, message);
    this.#lastNext = { state, message, next };
    return next;
  }

  #next(state: string, message: Message): string {
    const last = this.#lastNext;
    if (last?.state === state && isSameAnswer(last.message, message)) return last.next;
    return nextState(state, message);
  }

  #headState(request: ModelRequest): string {
    const last = this.#lastHead;
    if (last && sameHead(last.request, request)) return last.state;
    const state = headState(request);
    this.#lastHead = { request: { ...request, messages: [] }, state };
    return state;
  }

  #longestKnown(head: string, messages: readonly Message[]): Beginning | undefined {
    for (let length = messages.length; length > 0; length--) {
      const message = messages[length - 1];
      const known = message && this.#known.get(message);
      if (known?.length !== length || known.conversation.states[0] !== head) continue;
      if (beginsWith(messages, known)) return known;
    }
    return undefined;
  }
}

/** The conversation to append to: its own copy where another request has already gone on. */
function continuable({ conversation, length, isWhole }: Beginning): HashedConversation {
  if (isWhole) return conversation;
  return {
    messages: conversation.messages.slice(0, length),
    states: conversation.states.slice(0, length + 1),
  };
}

/** Identity is enough: the runtime hands on the same objects for all requests of a call. */
function sameHead(left: ModelRequest, right: ModelRequest): boolean {
  return (
    left.model === right.model &&
    left.system === right.system &&
    left.tools === right.tools &&
    left.serverTools === right.serverTools &&
    left.settings === right.settings &&
    left.outputSchema === right.outputSchema
  );
}

/** The same parts in two messages: whoever records an answer and whoever goes on from it have their own. */
function isSameAnswer(left: Message, right: Message): boolean {
  if (left.kind !== "assistant" || right.kind !== "assistant") return false;
  if (left.parts.length !== right.parts.length) return false;
  return left.parts.every((part, index) => part === right.parts[index]);
}

function beginsWith(messages: readonly Message[], { conversation, length }: Beginning): boolean {
  for (let index = 0; index < length; index++) {
    if (messages[index] !== conversation.messages[index]) return false;
  }
  return true;
}

/**
 * The text of a message that its hash is made from. Attachments stand there by their hash; the name
 * of a tool that answers is implied by the call it answers.
 */
function canonicalMessage(message: Message): string {
  if (message.kind === "assistant") return canonicalJson(message);
  const content = message.content.map(canonicalContent);
  if (message.kind === "user") return canonicalJson({ content, kind: "user" });
  const { kind, id, isError } = message;
  return canonicalJson({ content, id, isError, kind });
}

function canonicalContent(part: ContentPart): object {
  if (part.kind !== "attachment") return part;
  const { kind, name, mediaType, sha256 } = part;
  return { kind, name, mediaType, sha256 };
}
