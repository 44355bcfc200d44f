import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { PipedProcess, PipedProcesses, PipedRequest } from "../../host/piped-processes.ts";

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
  readonly #buffer = new ReadBuffer();
  #process: PipedProcess | undefined;
  #exitCode: number | undefined;
  #noise = "";
  #isClosed = false;

  constructor(request: Omit<PipedRequest, "onOutput" | "onEnd">, processes: PipedProcesses) {
    this.#request = request;
    this.#processes = processes;
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
    try {
      this.#buffer.append(piece);
    } catch (error) {
      this.#remember(error); // too long a line: nobody waits for its end
      this.close().catch(() => undefined);
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        this.#remember(error); // a stray line; the next one may be a message
      }
    }
  }

  #remember(error: unknown): void {
    const [line = ""] = String(error instanceof Error ? error.message : error).split("\n", 1);
    if (this.#noise === "") this.#noise = line;
  }
}
