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
