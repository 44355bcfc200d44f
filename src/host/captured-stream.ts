import type { Readable } from "node:stream";
import type { CapturedOutput } from "./processes.ts";

/** Reads a stream to its end, keeps the beginning and counts the rest. */
export class CapturedStream {
  readonly #chunks: Buffer[] = [];
  readonly #maxKeptBytes: number;
  #keptBytes = 0;
  #totalBytes = 0;

  /** @param onGrowth called with the size of each piece that was read */
  constructor(stream: Readable, maxKeptBytes: number, onGrowth: (bytes: number) => void) {
    this.#maxKeptBytes = maxKeptBytes;
    stream.on("data", (chunk: Buffer) => {
      this.#keep(chunk);
      onGrowth(chunk.length);
    });
    // A pipe that breaks has nothing more to say.
    stream.on("error", () => undefined);
  }

  get output(): CapturedOutput {
    return { head: Buffer.concat(this.#chunks), totalBytes: this.#totalBytes };
  }

  #keep(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const kept = chunk.subarray(0, this.#maxKeptBytes - this.#keptBytes);
    if (kept.length === 0) return;
    this.#chunks.push(kept);
    this.#keptBytes += kept.length;
  }
}
