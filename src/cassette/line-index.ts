import { lineOf } from "./scan.ts";

/** Characters between two offsets whose lines are known. */
const BLOCK = 4096;

/** Tells lines of offsets, in any order, without counting from the beginning each time. */
export class LineIndex {
  readonly #text: string;
  /** Line breaks before each block, as far as was asked for. */
  readonly #before: number[] = [0];

  constructor(text: string) {
    this.#text = text;
  }

  /** The 1-based line of an offset. */
  lineAt(offset: number): number {
    const block = Math.floor(offset / BLOCK);
    for (let known = this.#before.length; known <= block; known++) {
      const breaks = this.#breaks((known - 1) * BLOCK, known * BLOCK);
      this.#before.push((this.#before[known - 1] ?? 0) + breaks);
    }
    return (this.#before[block] ?? 0) + this.#breaks(block * BLOCK, offset) + 1;
  }

  #breaks(from: number, to: number): number {
    return lineOf(this.#text.slice(from, to), to - from) - 1;
  }
}
