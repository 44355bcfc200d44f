import { readFileSync } from "node:fs";
import { CassetteFile } from "../../src/cassette/file/cassette-file.ts";
import type { CassetteRules } from "../../src/cassette/rules/rules.ts";
import { CassetteSession } from "../../src/cassette/session/session.ts";
import type { CassetteOptions } from "../../src/cassette/state/session-state.ts";
import { type Finding, verifyCassette } from "../../src/cassette/upkeep/verify.ts";
import { isLlmDoError, type LlmDoError } from "../../src/errors/llm-do-error.ts";
import type { FileSystem } from "../../src/host/files/file-system.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { type Answer, answerEvents, collectAnswer } from "../../src/model/answer.ts";
import { type Message, userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { testHost } from "./host.ts";

/** A question without tools or settings. */
export function question(text: string, changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "anthropic:claude-haiku-4-5",
    system: "You organize files.",
    messages: [userText(text)],
    tools: [],
    serverTools: [],
    settings: {},
    ...changes,
  };
}

/** An answer of one text. */
export function saying(text: string, changes: Partial<Answer> = {}): Answer {
  return {
    parts: [{ kind: "text", text }],
    stop: "end",
    usage: { inputTokens: 100, outputTokens: 20 },
    source: "live",
    ...changes,
  };
}

/** A request that goes on from another and its answer. */
export function goingOn(
  request: ModelRequest,
  answer: Answer,
  ...messages: Message[]
): ModelRequest {
  const said: Message = { kind: "assistant", parts: answer.parts };
  return { ...request, messages: [...request.messages, said, ...messages] };
}

/** A transport that gives these answers in order, and what it was asked. */
function answering(...answers: readonly (Answer | Error)[]) {
  const left = [...answers];
  const asked: ModelRequest[] = [];
  const transport: ModelTransport = {
    async *stream(request) {
      asked.push(request);
      const answer = left.shift();
      if (!answer) throw new Error("asked more often than answered");
      if (answer instanceof Error) throw answer;
      yield* answerEvents(answer);
    },
  };
  return { transport, asked };
}

export type SessionOptions = Partial<CassetteOptions> & Pick<CassetteOptions, "path">;

/** A cassette in use: what is asked goes through it. */
export class TestSession {
  readonly session: CassetteSession;
  readonly asked: readonly ModelRequest[];
  readonly #transport: ModelTransport;

  constructor(options: SessionOptions, ...answers: readonly (Answer | Error)[]) {
    const inner = answering(...answers);
    this.asked = inner.asked;
    this.session = CassetteSession.open({ mode: "replay", host: testHost(), ...options });
    this.#transport = this.session.transport(inner.transport);
  }

  ask(request: ModelRequest, call = "main"): Promise<Answer> {
    const worker = (call.split("/").at(-1) ?? "").replace(/#\d+$/, "");
    const caller = { callId: call, worker };
    return collectAnswer(
      this.#transport.stream(request, { signal: new AbortController().signal, caller }),
    );
  }

  close({ ok = true } = {}) {
    return this.session.close({ ok });
  }
}

/** Asks in order and ends well; gives what was answered. */
export async function run(
  options: SessionOptions,
  exchanges: readonly (readonly [ModelRequest, Answer?])[],
) {
  const given = exchanges.flatMap(([, answer]) => answer ?? []);
  const session = new TestSession(options, ...given);
  const answers: Answer[] = [];
  for (const [request] of exchanges) answers.push(await session.ask(request));
  return { answers, asked: session.asked, summary: session.close() };
}

/** Records exchanges anew. */
export function record(
  path: string,
  exchanges: readonly (readonly [ModelRequest, Answer])[],
  options: Partial<CassetteOptions> = {},
) {
  return run({ path, mode: "record", ...options }, exchanges);
}

/** The error that something ends with, which must be one for a person. */
export async function failure(action: () => unknown): Promise<LlmDoError> {
  try {
    await action();
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** What the error reports, with the folder of the test taken out of its paths. */
export async function report(action: () => unknown, folder: string): Promise<string> {
  return (await failure(action)).report().replaceAll(`${folder}/`, "");
}

export function textOf(path: string): string {
  return readFileSync(path, "utf8");
}

export function openFile(path: string, files: FileSystem = nodeFileSystem): CassetteFile {
  return CassetteFile.read(path, files);
}

/** What verification finds, as `line: problem`. */
export function problems(
  path: string,
  rules: CassetteRules = { redact: [], volatile: [] },
): readonly string[] {
  const shown = ({ place, problem }: Finding) => `${place.line}: ${problem}`;
  return verifyCassette(openFile(path), rules).map(shown);
}
