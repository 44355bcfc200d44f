import { serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import type { PipedProcess, PipedProcesses, PipedRequest } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { MessageLines } from "./message-lines.ts";
import { type RequestId, repairedMessage } from "./rpc-message.ts";

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
  /** Requests that wait for an answer. */
  readonly #open = new Set<RequestId>();
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
    this.#noteSent(message);
    await this.#process?.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    this.#tellClosed();
    await this.#process?.end();
  }

  #noteSent(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if ("id" in message) this.#open.add(message.id);
    const { requestId } = message.params ?? {};
    // Nobody waits any longer for what is cancelled.
    if (message.method === "notifications/cancelled") this.#open.delete(requestId as RequestId);
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
    const message = readMessage(line, [...this.#open]);
    if (!message) {
      if (this.#noise === "") this.#noise = shortened(line.trim());
      return;
    }
    if (!("method" in message)) this.#open.delete(Number(message.id)); // the SDK's ids are numbers
    this.onmessage?.(message);
  }
}

/** The message in a line; undefined for a stray line, after which the next one may be a message. */
function readMessage(line: string, open: readonly RequestId[]): JSONRPCMessage | undefined {
  let written: Json;
  try {
    written = JSON.parse(line) as Json; // whatever it is, it is JSON
  } catch {
    return undefined;
  }
  return JSONRPCMessageSchema.safeParse(repairedMessage(written, { open, isPure: false })).data;
}

function shortened(noise: string): string {
  return noise.length <= SHOWN_NOISE ? noise : `${noise.slice(0, SHOWN_NOISE)}…`;
}
