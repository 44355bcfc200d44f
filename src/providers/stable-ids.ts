import type { ModelEvent } from "../model/event.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import type { AnswerPart, AssistantMessage, Message, ProviderExtra } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport, StreamOptions } from "../model/transport.ts";

/**
 * Gives the run, and so its cassette, ids that follow from the conversation alone: a provider draws
 * fresh ones in each answer, which would change every recording that is made anew. The provider gets
 * its own ids back in later requests; ids that it never gave go out as they are.
 */
export function withStableIds(inner: ModelTransport): ModelTransport {
  const given = new GivenParts();
  return {
    stream(request: ModelRequest, options: StreamOptions): AsyncIterable<ModelEvent> {
      const events = inner.stream(given.ownRequest(request), options)[Symbol.asyncIterator]();
      let ids = new ConversationIds(request.messages);
      const stable = (result: IteratorResult<ModelEvent>): IteratorResult<ModelEvent> => {
        const { value: event, done } = result;
        if (done) return result;
        if (event.kind === "restart") ids = new ConversationIds(request.messages);
        if (event.kind !== "part") return result;
        return { done: false, value: { kind: "part", part: given.give(event.part, ids) } };
      };
      // A generator around another one costs time for each event.
      const iterator: AsyncIterator<ModelEvent> = {
        next: () => events.next().then(stable),
        return: async () => (await events.return?.()) ?? { done: true, value: undefined },
      };
      return { [Symbol.asyncIterator]: () => iterator };
    },
  };
}

/** Remembers the provider's own form of each part that it said. */
class GivenParts {
  readonly #own = new WeakMap<AnswerPart, AnswerPart>();
  readonly #messages = new WeakMap<AssistantMessage, AssistantMessage>();

  give(own: AnswerPart, ids: ConversationIds): AnswerPart {
    const given = stablePart(own, ids);
    if (given !== own) this.#own.set(given, own);
    return given;
  }

  /** The request as the provider knows it, with its own ids. */
  ownRequest(request: ModelRequest): ModelRequest {
    const callIds = new Map<string, string>();
    const messages = request.messages.map((message): Message => {
      if (message.kind === "user") return message;
      if (message.kind === "tool") {
        const id = callIds.get(message.id);
        return id === undefined || id === message.id ? message : { ...message, id };
      }
      const own = this.#ownMessage(message);
      for (const [index, part] of message.parts.entries()) {
        const before = own.parts[index];
        if (part.kind === "tool-call" && before?.kind === "tool-call") {
          callIds.set(part.id, before.id);
        }
      }
      return own;
    });
    return { ...request, messages };
  }

  #ownMessage(message: AssistantMessage): AssistantMessage {
    const known = this.#messages.get(message);
    if (known) return known;
    const parts = message.parts.map((part) => this.#own.get(part) ?? part);
    const own = parts.every((part, index) => part === message.parts[index])
      ? message
      : { ...message, parts };
    this.#messages.set(message, own);
    return own;
  }
}

/** The ids of a conversation, which new ones follow from. */
class ConversationIds {
  readonly #used = new Set<string>();
  /** What stands for an id of the answer: pieces of one item share the item's. */
  readonly #stable = new Map<string, string>();
  /** How many ids there are with a beginning. */
  readonly #counts = new Map<string, number>();

  constructor(messages: readonly Message[]) {
    for (const message of messages) {
      if (message.kind !== "assistant") continue;
      const items = new Set(message.parts.flatMap(({ extra }) => itemIds(extra)));
      for (const id of items) this.#note(id, prefixOf(id) ?? "");
      for (const part of message.parts) {
        if (part.kind === "tool-call") this.#note(part.id, CALL);
      }
    }
  }

  /** `t1`, `t2`, …: the place of a call among those of the conversation. */
  ofCall(): string {
    return this.#next(CALL);
  }

  /** `msg_1` for the first item whose id begins with `msg_`. */
  ofItem(own: string): string {
    const prefix = prefixOf(own);
    if (prefix === undefined) return own;
    const known = this.#stable.get(own);
    if (known !== undefined) return known;
    const stable = this.#next(prefix);
    this.#stable.set(own, stable);
    return stable;
  }

  #note(id: string, prefix: string): void {
    this.#used.add(id);
    this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + 1);
  }

  #next(prefix: string): string {
    let count = (this.#counts.get(prefix) ?? 0) + 1;
    while (this.#used.has(`${prefix}${count}`)) count++;
    const id = `${prefix}${count}`;
    this.#used.add(id);
    this.#counts.set(prefix, count);
    return id;
  }
}

const CALL = "t";

/** Fields of an item or a block in which providers put ids that they draw. */
const ID_FIELDS = ["id", "tool_use_id"] as const;

/** An id of a provider: what it is of, and either what was drawn or the number that stands for it. */
const ITEM_ID = /^([a-z]+_)(?:[A-Za-z0-9_-]{4,}|\d+)$/;

function prefixOf(id: string): string | undefined {
  return ITEM_ID.exec(id)?.[1];
}

function stablePart(part: AnswerPart, ids: ConversationIds): AnswerPart {
  const extra = part.extra && stableExtra(part.extra, ids);
  if (part.kind === "tool-call") {
    return { ...part, id: ids.ofCall(), ...(extra ? { extra } : {}) };
  }
  return extra === part.extra ? part : ({ ...part, extra } as AnswerPart); // where there was one
}

function stableExtra(extra: ProviderExtra, ids: ConversationIds): ProviderExtra {
  const { data } = extra;
  if (!isJsonObject(data) || itemIds(extra).length === 0) return extra;
  const stable: Record<string, Json> = { ...data };
  for (const field of ID_FIELDS) {
    const id = data[field];
    if (typeof id === "string") stable[field] = ids.ofItem(id);
  }
  return { ...extra, data: stable };
}

/** The ids in what only a provider understands. Encrypted content is valid with its own id only. */
function itemIds(extra: ProviderExtra | undefined): readonly string[] {
  const data = extra?.data;
  if (!isJsonObject(data) || typeof data["encrypted_content"] === "string") return [];
  return ID_FIELDS.flatMap((field) => {
    const id = data[field];
    return typeof id === "string" && prefixOf(id) !== undefined ? [id] : [];
  });
}
