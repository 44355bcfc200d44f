import { join } from "node:path";
import { openProject } from "../../src/api/open-project.ts";
import type { ModelEvent } from "../../src/model/event.ts";
import type { AnswerPart, Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { type TestHost, temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

/** A folder with a project for programs, and a host whose current folder it is. */
export class ProjectFolder implements Disposable {
  readonly #folder = temporaryFolder();
  readonly host: TestHost;
  readonly #names: readonly string[];

  constructor(files: Readonly<Record<string, string>> = { "main.worker": TALKER }) {
    writeFiles(this.#folder.path, { "package.json": "{}\n", ...files });
    this.host = testHost({ cwd: this.#folder.path });
    this.#names = Object.keys(files);
  }

  get path(): string {
    return this.#folder.path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): void {
    writeFiles(this.path, { [name]: text });
  }

  open(files: readonly (string | URL)[] = this.#names) {
    return openProject({ files, host: this.host });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

const TALKER = workerFile("model: test:m");

/** A worker with the tools of a code file, none of which asks. */
export function withTools(...names: readonly string[]): string {
  const approvals = names.map((name) => `${name}: { pre_approved: true }`).join(", ");
  return workerFile(
    "model: test:m",
    "toolsets:",
    `  tools: { _approval_config: { ${approvals} } }`,
  );
}

export { codeFile, workerFile };

const USAGE = { inputTokens: 1, outputTokens: 1 };

/** The end of an answer. */
export function end(stop: "end" | "tool-calls" | "pause" | "max-tokens" = "end"): ModelEvent {
  return { kind: "end", stop, usage: USAGE, source: "script" };
}

/** A whole answer as events: texts come in deltas, each part is repeated whole. */
export function answer(...parts: readonly (AnswerPart | string)[]): readonly ModelEvent[] {
  const whole = parts.map((part): AnswerPart => (typeof part === "string" ? text(part) : part));
  const calls = whole.some(({ kind }) => kind === "tool-call");
  return [...whole.flatMap(partEvents), end(calls ? "tool-calls" : "end")];
}

function text(said: string): AnswerPart {
  return { kind: "text", text: said };
}

function partEvents(part: AnswerPart): readonly ModelEvent[] {
  const whole: ModelEvent = { kind: "part", part };
  if (part.kind !== "text") return [whole];
  return [...deltas(part.text), whole];
}

/** A text as deltas of three characters. */
export function deltas(said: string): readonly ModelEvent[] {
  const pieces = said.match(/.{1,3}/gs) ?? [];
  return pieces.map((piece) => ({ kind: "text-delta", text: piece }));
}

export function toolCall(name: string, input: object = {}, id = "t1"): AnswerPart {
  return { kind: "tool-call", id, name, input: { ...input } };
}

/** Answers one request after the other; without an answer left it fails. */
export function answering(...answers: readonly (readonly ModelEvent[])[]): ModelTransport {
  let count = 0;
  return {
    async *stream(_request, { signal }) {
      const events = answers[count++];
      if (!events) throw new Error("nothing is left to answer");
      for (const event of events) {
        await Promise.resolve();
        signal.throwIfAborted();
        yield event;
      }
    },
  };
}

/** Answers each request with what a function makes of the text of its last message. */
export function echoing(
  make: (
    said: string,
    request: ModelRequest,
  ) => readonly ModelEvent[] | Promise<readonly ModelEvent[]>,
): ModelTransport & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    asked,
    async *stream(request, { signal }) {
      asked.push(request);
      const events = await make(saidIn(request.messages.at(-1)), request);
      signal.throwIfAborted();
      yield* events;
    },
  };
}

/** Never answers: its stream rejects when the run ends. */
export const silentTransport: ModelTransport = {
  async *stream(_request, { signal }) {
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  },
};

function saidIn(message: Message | undefined): string {
  if (!message || message.kind === "assistant") return "";
  return message.content.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

/** All that an iterable gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
