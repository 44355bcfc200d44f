import type * as FastCheck from "fast-check";
import type { FastCheckLibrary } from "../domain.ts";
import { classOf, shapeOfChunk } from "./chunks.ts";

/** What may stand at a place of a text that varied across the recordings. */
export type Hole =
  /** One of the chunks that were seen. */
  | { readonly kind: "choice"; readonly values: ReadonlySet<string> }
  /** A chunk of a shape that was seen; see {@link shapeOfChunk}. */
  | { readonly kind: "shapes"; readonly shapes: ReadonlySet<string> }
  /** A chunk of characters of the classes that were seen; see {@link classOf}. */
  | { readonly kind: "characters"; readonly classes: string; readonly most: number };

/** Returns true if a chunk may stand there; takes time in proportion to the chunk. */
export function fitsHole(hole: Hole, chunk: string): boolean {
  switch (hole.kind) {
    case "choice":
      return hole.values.has(chunk);
    case "shapes":
      return hole.shapes.has(shapeOfChunk(chunk));
    case "characters":
      return (
        chunk.length <= hole.most &&
        [...chunk].every((character) => hole.classes.includes(classOf(character)))
      );
  }
}

const BETWEEN = "|";

/**
 * A hole as it stands in a pattern: `{GET|POST}`, `{~99|9}` for shapes, `{*Aa9- 15}` for at most 15
 * characters of these classes. No chunk holds a brace, a bar or a space, or begins with `~` or `*`.
 */
export function formatHole(hole: Hole): string {
  switch (hole.kind) {
    case "choice":
      return `{${[...hole.values].sort().join(BETWEEN)}}`;
    case "shapes":
      return `{~${[...hole.shapes].sort().join(BETWEEN)}}`;
    case "characters":
      return `{*${hole.classes} ${hole.most}}`;
  }
}

/** Reads what stands between the braces; undefined for what is not a hole. */
export function parseHole(text: string): Hole | undefined {
  const parts = (from: number) => new Set(text.slice(from).split(BETWEEN));
  if (text === "" || text === "~") return undefined;
  if (text.startsWith("~")) return { kind: "shapes", shapes: parts(1) };
  if (!text.startsWith("*")) return { kind: "choice", values: parts(0) };
  const [, classes, most] = /^\*(\S+) ([1-9]\d{0,8})$/.exec(text) ?? [];
  if (classes === undefined) return undefined;
  return { kind: "characters", classes, most: Number(most) };
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const UNITS: Readonly<Record<string, string>> = {
  A: UPPER,
  a: UPPER.toLowerCase(),
  "9": DIGITS,
  N: DIGITS,
  x: "日本語中文字",
};
const MOST_LETTERS = 8;
const MOST_DIGITS = 9;
const MANY = 5;

/** Chunks that may stand there, mostly: joining signs may fall where no chunk has them. */
export function chunksIn(hole: Hole, fc: FastCheckLibrary): FastCheck.Arbitrary<string> {
  switch (hole.kind) {
    case "choice":
      return fc.constantFrom(...hole.values);
    case "shapes":
      return fc.constantFrom(...hole.shapes).chain((shape) => chunksLike(shape, fc));
    case "characters": {
      const units = [...hole.classes].flatMap((sign) => [...(UNITS[sign] ?? sign)]);
      const maxLength = Math.min(hole.most, MOST_LETTERS * 2);
      return fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength });
    }
  }
}

function chunksLike(shape: string, fc: FastCheckLibrary): FastCheck.Arbitrary<string> {
  const runs = [...shape].map((sign) => {
    const units = UNITS[sign];
    if (units === undefined) return fc.constant(sign);
    const unit = fc.constantFrom(...units);
    if (sign === "9") return unit;
    const length =
      sign === "N"
        ? { minLength: MANY, maxLength: MOST_DIGITS }
        : { minLength: 1, maxLength: MOST_LETTERS };
    return fc.string({ unit, ...length });
  });
  return fc.tuple(...runs).map((parts) => parts.join(""));
}
