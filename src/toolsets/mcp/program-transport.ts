import { serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import type { PipedProcess, PipedProcesses, PipedRequest } from "../../host/piped-processes.ts";
import { MessageLines } from "./message-lines.ts";
import { repairedError } from "./rpc-error.ts";

/** Characters of a stray line that are told. */
const SHOWN_NOISE = 200;

/**
 * Speaks to a program over its pipes. The SDK's own transport ends the program only, and not what
 * the program started, such as the server behind `npx`.
 */
export class ProgramTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #request: Omit<PipedRequest, "onOutput" | "onEnd">;
  readonly #processes: PipedProcesses;
  readonly #onTooLong: () => void;
  readonly #lines = new MessageLines();
  #process: PipedProcess | undefined;
  #exitCode: number | undefined;
  #noise = "";
  #isClosed = false;

  /** @param onTooLong told before the connection is closed over a message that is too large */
  constructor(
    request: Omit<PipedRequest, "onOutput" | "onEnd">,
    processes: PipedProcesses,
    onTooLong: () => void,
  ) {
    this.#request = request;
    this.#processes = processes;
    this.#onTooLong = onTooLong;
  }

  /** What there is to say of the program when it does not answer; empty when nothing. */
  get remarks(): string {
    const remarks = [
      ...(this.#exitCode === undefined ? [] : [`it ended with exit code ${this.#exitCode}`]),
      ...(this.#noise === "" ? [] : [`it wrote what is no message: ${this.#noise}`]),
      ...(this.#process?.errorTail ? [`stderr: ${this.#process.errorTail.trim()}`] : []),
    ];
    return remarks.join("; ");
  }

  async start(): Promise<void> {
    this.#process = await this.#processes.start({
      ...this.#request,
      onOutput: (piece) => this.#read(piece),
      onEnd: (exitCode) => {
        this.#exitCode = exitCode;
        this.#tellClosed();
      },
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#process?.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    this.#tellClosed();
    await this.#process?.end();
  }

  #tellClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }

  #read(piece: Buffer): void {
    if (this.#isClosed) return;
    for (const line of this.#lines.add(piece)) this.#readLine(line);
    if (!this.#lines.isTooLong) return;
    this.#onTooLong(); // nobody waits for the end of such a line
    this.close().catch(() => undefined);
  }

  #readLine(line: string): void {
    const message = messageOf(line);
    if (message) this.onmessage?.(message);
    else if (this.#noise === "") this.#noise = line.trim().slice(0, SHOWN_NOISE);
  }
}

/** The message in a line; undefined for a stray line, after which the next one may be a message. */
function messageOf(line: string): JSONRPCMessage | undefined {
  try {
    const read = JSONRPCMessageSchema.safeParse(JSON.parse(line));
    if (read.success) return read.data;
  } catch {
    return undefined;
  }
  return JSONRPCMessageSchema.safeParse(repairedError(line)).data;
}
