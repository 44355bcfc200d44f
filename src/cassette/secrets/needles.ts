/** One of the texts that were searched for, and where it stands. */
export interface FoundNeedle<Item> {
  readonly item: Item;
  readonly start: number;
  readonly end: number;
}

/** Beginnings of two characters, by their lowest eight bits. */
const BEGINNINGS = 1 << 16;

/** Searches texts for many others at once, in one pass. */
export class Needles<Item> {
  readonly #begins = new Uint8Array(BEGINNINGS);
  readonly #byBeginning = new Map<number, { readonly text: string; readonly item: Item }[]>();

  /** @param texts of at least two characters each; of two that begin alike the first one is found */
  constructor(texts: Iterable<readonly [text: string, item: Item]>) {
    for (const [text, item] of texts) {
      const beginning = beginningOf(text.charCodeAt(0), text.charCodeAt(1));
      this.#begins[beginning] = 1;
      const others = this.#byBeginning.get(beginning);
      if (others) others.push({ text, item });
      else this.#byBeginning.set(beginning, [{ text, item }]);
    }
  }

  /** All places where one of them stands, in order. */
  in(text: string): readonly FoundNeedle<Item>[] {
    const found: FoundNeedle<Item>[] = [];
    if (this.#byBeginning.size === 0) return found;
    let before = text.charCodeAt(0);
    for (let index = 1; index < text.length; index++) {
      const code = text.charCodeAt(index);
      const beginning = beginningOf(before, code);
      before = code;
      if (this.#begins[beginning] !== 1) continue;
      const start = index - 1;
      const needle = this.#byBeginning
        .get(beginning)
        ?.find((one) => text.startsWith(one.text, start));
      if (needle) found.push({ item: needle.item, start, end: start + needle.text.length });
    }
    return found;
  }
}

function beginningOf(first: number, second: number): number {
  return ((first & 0xff) << 8) | (second & 0xff);
}
