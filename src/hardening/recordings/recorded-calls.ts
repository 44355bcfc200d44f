import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { decodeAnswer } from "../../cassette/file/decode-entry.ts";
import type { RecordedAnswer } from "../../cassette/file/format.ts";
import { functionOf } from "../../cassette/miss/nearest-recording.ts";
import { type Reconstructed, reconstructRequests } from "../../cassette/read/reconstruct.ts";
import { RequestRewriter } from "../../cassette/rules/rewrite-request.ts";
import { type CassetteRules, type Rewrite, rewritesOf } from "../../cassette/rules/rules.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf, validate } from "../../functions/schema.ts";
import { takesOnlyText } from "../../functions/worker-input.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { answerSource } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import { answerText } from "../../model/message.ts";
import { costUsd } from "../../model/prices.ts";
import type { ModelRequest } from "../../model/request.ts";
import { addUsage, NO_USAGE, type Usage } from "../../model/usage.ts";
import { readValue } from "../../runtime/worker/read-value.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { CallOrigins } from "./call-origins.ts";
import type { LeftOut, RecordedCall, RecordedCalls } from "./recorded-call.ts";

export interface RecordingSource {
  /** Paths of cassettes. */
  readonly cassettes: readonly string[];
  readonly files: FileSystem;
  /** The rules of the project that they were recorded under. */
  readonly rules: CassetteRules;
  /** Only calls that this model answered; undefined: of any. */
  readonly model?: string | undefined;
}

/**
 * The calls of a worker that cassettes hold, also those deep inside other runs, and further samples
 * of each; a call that says nothing of today's prompt is left out and counted.
 *
 * @throws LlmDoError `cassette-miss` or `cassette-damaged` for what is no cassette
 */
export async function recordedCalls(
  worker: WorkerFunction,
  { model, ...source }: RecordingSource,
): Promise<RecordedCalls> {
  const found = await recordedCallsOf([{ worker, model }], source);
  return found.get(worker) ?? { calls: [], leftOut: NOTHING_LEFT_OUT };
}

const NOTHING_LEFT_OUT: LeftOut = {
  stale: 0,
  otherModel: 0,
  withAttachments: 0,
  unfinished: 0,
  damaged: 0,
};

/** A worker, and the model whose answers are asked for; undefined: of any. */
interface AskedWorker {
  readonly worker: WorkerFunction;
  readonly model: string | undefined;
}

/**
 * The recorded calls of several workers as {@link recordedCalls} finds them: each cassette is read once.
 *
 * @throws LlmDoError as {@link recordedCalls} does
 */
export async function recordedCallsOf(
  asked: readonly AskedWorker[],
  { cassettes, files, rules }: Omit<RecordingSource, "model">,
): Promise<ReadonlyMap<WorkerFunction, RecordedCalls>> {
  const rewrites = rewritesOf(rules);
  const rewriter = new RequestRewriter(rewrites);
  const found = asked.map(({ worker, model }) => {
    const today = rewriter.request({ ...workerHead(worker), model: "", messages: [] });
    const reader = new CallReader(worker, { head: headText(today), model });
    const calls: RecordedCall[] = [];
    return { worker, reader, calls, leftOut: { ...NOTHING_LEFT_OUT } };
  });
  for (const path of cassettes) {
    const file = CassetteFile.read(path, files);
    const conversations = conversationsIn(file, rewrites.request);
    for (const { worker, reader, calls, leftOut } of found) {
      const own = conversations.get(worker.name) ?? [];
      if (own.length === 0) continue;
      const origins = new CallOrigins(worker.name, file);
      for (const conversation of own) {
        const read = await reader.read(file, conversation, origins);
        if (typeof read === "string") leftOut[read]++;
        else calls.push(read);
      }
    }
  }
  return new Map(found.map(({ worker, calls, leftOut }) => [worker, { calls, leftOut }]));
}

/** What is asked for. */
interface Wanted {
  readonly head: string;
  readonly model: string | undefined;
}

class CallReader {
  readonly #worker: WorkerFunction;
  readonly #wanted: Wanted;
  readonly #isText: boolean;

  constructor(worker: WorkerFunction, wanted: Wanted) {
    this.#worker = worker;
    this.#wanted = wanted;
    this.#isText = takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name));
  }

  /** The call of a conversation, or why it is left out. */
  async read(
    file: CassetteFile,
    conversation: Conversation,
    origins: CallOrigins,
  ): Promise<RecordedCall | keyof LeftOut> {
    const [first] = conversation.exchanges;
    if (first.kind !== "whole") return "damaged";
    const { request } = first;
    if (headText(request) !== this.#wanted.head) return "stale";
    const { model } = this.#wanted;
    if (model !== undefined && request.model !== model) return "otherModel";
    const input = await this.#inputOf(request);
    if (typeof input === "string") return input;
    const answers = answersOf(file, conversation);
    const last = answers?.at(-1);
    if (!answers || !last) return "damaged";
    const output = await this.#outputOf(last);
    if (output === undefined) return "unfinished";
    return {
      input: input.value,
      output,
      callId: conversation.callId,
      cassette: file.path,
      line: file.line(first.slice),
      model: request.model,
      ...(last.answeredBy === undefined ? {} : { answeredBy: last.answeredBy }),
      source: last.source,
      origin: origins.of(conversation.callId, input.value, conversation.source),
      exchanges: answers.length,
      ...usedIn(request.model, answers),
    };
  }

  /** What the first message was made from. */
  async #inputOf({ messages }: ModelRequest): Promise<{ value: Json } | keyof LeftOut> {
    const [message] = messages;
    if (message?.kind !== "user") return "damaged";
    const [content, ...others] = message.content;
    if (others.length > 0 || content?.kind !== "text") return "withAttachments";
    if (this.#isText) return { value: { input: content.text } };
    try {
      const value: Json = JSON.parse(content.text);
      const checked = await validate(this.#worker.input, value);
      return checked.kind === "valid" ? { value } : "stale";
    } catch {
      return "stale"; // a text, recorded when the worker took one
    }
  }

  async #outputOf(answer: RecordedAnswer): Promise<Json | undefined> {
    if (answer.parts.some((part) => part.kind === "tool-call")) return undefined;
    if (answer.stop !== "end" && answer.stop !== "stop-sequence") return undefined;
    const text = answerText(answer.parts);
    const { output } = this.#worker;
    if (!output) return text;
    const read = await readValue(output, text);
    return read.kind === "valid" ? (read.value as Json) : undefined; // it was read from JSON
  }
}

function answersOf(
  file: CassetteFile,
  { exchanges, source }: Conversation,
): readonly RecordedAnswer[] | undefined {
  const answers: RecordedAnswer[] = [];
  for (const { kind, slice } of exchanges) {
    if (kind !== "whole") return undefined;
    const from = answerSource(source);
    const fields = file.responseFields(slice);
    answers.push(file.decode(slice, (read) => decodeAnswer(fields, from, read)));
  }
  return answers;
}

function usedIn(
  model: string,
  answers: readonly RecordedAnswer[],
): Pick<RecordedCall, "usage" | "usd" | "totalMs"> {
  let usage: Usage = NO_USAGE;
  let usd: number | undefined = 0;
  let totalMs = 0;
  for (const answer of answers) {
    const cost = costUsd(model, answer.usage);
    usage = addUsage(usage, answer.usage);
    usd = cost === undefined || usd === undefined ? undefined : usd + cost;
    totalMs += answer.timing.totalMs;
  }
  return { usage, usd, totalMs };
}

/** A request without its model and its messages, as one text. */
function headText({ system, tools, serverTools, settings, outputSchema }: ModelRequest): string {
  return canonicalJson({ system, tools, serverTools, settings, outputSchema });
}

/** The exchanges of one call of a worker, in the order in which they ended. */
interface Conversation {
  readonly callId: string;
  readonly source: string;
  readonly exchanges: readonly [Reconstructed, ...Reconstructed[]];
}

/** The conversations of a cassette, by the worker that had them. */
function conversationsIn(
  file: CassetteFile,
  rewrite: Rewrite | undefined,
): ReadonlyMap<string, readonly Conversation[]> {
  const all: { callId: string; source: string; exchanges: [Reconstructed, ...Reconstructed[]] }[] =
    [];
  const latest = new Map<string, (typeof all)[number]>();
  for (const exchange of reconstructRequests(file, rewrite)) {
    const { slice } = exchange;
    const after = file.peek(slice, "after");
    let conversation = after === undefined ? undefined : latest.get(after);
    if (conversation) conversation.exchanges.push(exchange);
    else {
      const callId = file.peek(slice, "call") ?? "";
      const source = file.peek(slice, "source") ?? "live";
      conversation = { callId, source, exchanges: [exchange] };
      all.push(conversation);
    }
    latest.set(slice.key, conversation);
  }
  return Map.groupBy(all, ({ callId }) => functionOf(callId));
}
