import { createHash } from "node:crypto";

const TAKEN_AS_IT_IS = /^[A-Za-z0-9]{9}$/;

/**
 * Ids of tool calls as Mistral's models take them: nine letters and digits. The ids of one
 * conversation stay apart, and follow from it alone.
 */
export class NineCharacterIds {
  readonly #sent = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** @param own the ids of the conversation; those that fit are sent as they are */
  constructor(own: Iterable<string>) {
    for (const id of own) if (TAKEN_AS_IT_IS.test(id)) this.#taken.add(id);
  }

  /** The id that is sent for an id; always the same one. */
  of(id: string): string {
    if (TAKEN_AS_IT_IS.test(id)) return id;
    const known = this.#sent.get(id);
    if (known !== undefined) return known;
    let sent = shortened(id);
    for (let copy = 2; this.#taken.has(sent); copy++) sent = shortened(`${copy} ${id}`);
    this.#taken.add(sent);
    this.#sent.set(id, sent);
    return sent;
  }
}

function shortened(id: string): string {
  return createHash("sha256").update(id.toWellFormed()).digest("hex").slice(0, 9);
}
