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
}

/** The key that a chain state is known by. */
export function keyOfState(state: string): string {
  return state.slice(0, KEY_DIGITS);
}

/** The state after one more message. */
export function nextState(state: string, message: Message, rewrite?: Rewrite): string {
  return hash("sha256", state + canonicalMessage(message, rewrite));
}

type Rewrite = (text: string) => string;

/** What is known of a conversation that was hashed before, found by its last message. */
interface KnownChain {
  readonly messages: readonly Message[];
  readonly states: string[];
}

/**
 * Computes keys. A conversation that grows costs what is new in it: chains are remembered by the
 * identity of messages, which therefore must not be changed once they were in a request.
 */
export class RequestKeyer {
  readonly #rewrite: Rewrite | undefined;
  readonly #known = new WeakMap<Message, KnownChain>();
  #lastHead: { request: ModelRequest; state: string } | undefined;

  /** @param rewrite applied to every string before it is hashed, for redaction */
  constructor(rewrite?: Rewrite) {
    this.#rewrite = rewrite;
  }

  chain(request: ModelRequest): KeyChain {
    const { messages } = request;
    const head = this.#headState(request);
    const states = this.#knownStates(head, messages) ?? [head];
    for (let index = states.length - 1; index < messages.length; index++) {
      const message = messages[index];
      const state = states[index];
      if (!message || state === undefined) break;
      states.push(nextState(state, message, this.#rewrite));
    }
    const last = messages.at(-1);
    if (last) this.#known.set(last, { messages, states });
    return { states, key: keyOfState(states.at(-1) ?? head) };
  }

  key(request: ModelRequest): string {
    return this.chain(request).key;
  }

  #headState(request: ModelRequest): string {
    const last = this.#lastHead;
    if (last && sameHead(last.request, request)) return last.state;
    const state = hash(
      "sha256",
      `${KEY_VERSION}\n${canonicalJson(requestHead(request), this.#rewrite)}`,
    );
    this.#lastHead = { request: { ...request, messages: [] }, state };
    return state;
  }

  /** States of the longest known beginning of these messages, as an array to go on with. */
  #knownStates(head: string, messages: readonly Message[]): string[] | undefined {
    for (let index = messages.length - 1; index >= 0; index--) {
      const message = messages[index];
      const known = message && this.#known.get(message);
      if (!known || known.states[0] !== head) continue;
      if (known.messages.length !== index + 1 || !startsWith(messages, known.messages)) continue;
      return known.states.slice();
    }
    return undefined;
  }
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

function startsWith(messages: readonly Message[], beginning: readonly Message[]): boolean {
  for (let index = 0; index < beginning.length; index++) {
    if (messages[index] !== beginning[index]) return false;
  }
  return true;
}

/**
 * The text of a message that its hash is made from. Attachments stand there by their hash; the name
 * of a tool that answers is implied by the call it answers.
 */
export function canonicalMessage(message: Message, rewrite?: Rewrite): string {
  if (message.kind === "assistant") return canonicalJson(message, rewrite);
  const content = message.content.map(canonicalContent);
  if (message.kind === "user") return canonicalJson({ kind: "user", content }, rewrite);
  const { kind, id, isError } = message;
  return canonicalJson({ kind, id, isError, content }, rewrite);
}

function canonicalContent(part: ContentPart): object {
  if (part.kind !== "attachment") return part;
  const { kind, name, mediaType, sha256 } = part;
  return { kind, name, mediaType, sha256 };
}
