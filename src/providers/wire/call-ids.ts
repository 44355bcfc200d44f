import { createHash } from "node:crypto";
import type { Message } from "../../model/message.ts";

/**
 * Gives each tool call of an answer an id that the conversation has not used: results are matched to
 * calls by it. The ids follow from the conversation alone, so a replay gives the same ones.
 */
export class CallIds {
  readonly #used = new Set<string>();

  constructor(conversation: readonly Message[]) {
    for (const message of conversation) {
      if (message.kind !== "assistant") continue;
      for (const part of message.parts) if (part.kind === "tool-call") this.#used.add(part.id);
    }
  }

  /** The call's own id where it has one that is free, else the first one made from it that is. */
  take(own: string | undefined): string {
    let id = own || "call_1";
    for (let copy = 2; this.#used.has(id); copy++) id = `${own || "call"}_${copy}`;
    this.#used.add(id);
    return id;
  }
}

/** Which ids of calls an API takes, beside that each call has its own. */
export interface CallIdRule {
  /**
   * - `any`: every text that is not blank.
   * - `word`: `[A-Za-z0-9_-]+`.
   * - `alphanumeric`: `[A-Za-z0-9]+`.
   */
  readonly alphabet: "any" | "word" | "alphanumeric";
  readonly maxCharacters?: number;
  /** Characters that an id has, no more and no fewer. */
  readonly exactCharacters?: number;
}

const ALPHABETS = { any: /\S/, word: /^[A-Za-z0-9_-]+$/, alphanumeric: /^[A-Za-z0-9]+$/ } as const;

/** Hexadecimal digits that tell apart long ids with one beginning. */
const DIGEST_CHARACTERS = 8;

/**
 * Gives the calls of a conversation ids that an API takes, each its own. An id that fits and is free
 * stays as it is. The others are made from it, in the order of the calls, so that a conversation that
 * grows keeps the ids it had.
 */
export class SentCallIds {
  readonly #rule: CallIdRule;
  readonly #taken = new Set<string>();

  constructor(rule: CallIdRule) {
    this.#rule = rule;
  }

  take(own: string): string {
    let id = this.#fits(own) ? own : this.#made(own, "");
    for (let copy = 2; this.#taken.has(id); copy++) id = this.#made(own, `_${copy}`);
    this.#taken.add(id);
    return id;
  }

  #fits(id: string): boolean {
    const { alphabet, maxCharacters = id.length, exactCharacters = id.length } = this.#rule;
    const hasLength = id.length <= maxCharacters && id.length === exactCharacters;
    return hasLength && ALPHABETS[alphabet].test(id) && id.isWellFormed();
  }

  #made(own: string, suffix: string): string {
    const { alphabet, maxCharacters, exactCharacters } = this.#rule;
    if (exactCharacters !== undefined) return digest(own + suffix).slice(0, exactCharacters);
    const clean = own.toWellFormed();
    const written = alphabet === "any" ? clean : clean.replace(/[^A-Za-z0-9_-]/gu, "_");
    const base = written.trim() === "" ? "call" : written;
    if (maxCharacters === undefined || base.length + suffix.length <= maxCharacters) {
      return base + suffix;
    }
    const tail = `_${digest(own).slice(0, DIGEST_CHARACTERS)}${suffix}`;
    return base.slice(0, maxCharacters - tail.length).toWellFormed() + tail;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
