/** Bytes of the largest message of a server that is read; as in the official SDK for programs. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const BYTES_PER_MB = 1024 * 1024;

/** How the limit is told. */
export const MESSAGE_LIMIT = `the maximum size of a message, ${MAX_MESSAGE_BYTES / BYTES_PER_MB} MB (${MAX_MESSAGE_BYTES} bytes)`;

const NEWLINE = 0x0a;

/** Cuts what a program writes into lines. */
export class MessageLines {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isTooLong = false;

  /** Whether a line had no end within `MAX_MESSAGE_BYTES`; nothing is read after it. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Takes a piece of output, and returns the lines that end in it, without their ends. */
  add(piece: Buffer): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    while (!this.#isTooLong) {
      const end = piece.indexOf(NEWLINE, start);
      const rest = piece.subarray(start, end < 0 ? piece.length : end);
      this.#bytes += rest.length;
      if (this.#bytes > MAX_MESSAGE_BYTES) {
        this.#pieces = [];
        this.#isTooLong = true;
        return lines;
      }
      this.#pieces.push(rest);
      if (end < 0) return lines;
      lines.push(Buffer.concat(this.#pieces).toString("utf8").replace(/\r$/, ""));
      this.#pieces = [];
      this.#bytes = 0;
      start = end + 1;
    }
    return lines;
  }
}
