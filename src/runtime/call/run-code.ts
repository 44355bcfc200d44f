import type { Answered } from "../../cassette/gates.ts";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { CallContext } from "../../functions/call-context.ts";
import { type Domain, readHardenedAnswer } from "../../functions/domain.ts";
import { INPUT_ONLY, promptText } from "../../functions/input-only.ts";
import type { Alternative, WorkerFunction } from "../../functions/llm-function.ts";
import { type Schema, validate } from "../../functions/schema.ts";
import type { Tool } from "../../functions/tool.ts";
import type { Json } from "../../model/json.ts";
import { type Call, childCall, childId } from "../state/call.ts";
import { outputText, toJson } from "../state/output.ts";
import { type RunState, startTimeout } from "../state/run-state.ts";
import { isToldToModel } from "../state/told-to-model.ts";
import { splitAttachments } from "../worker/attachments.ts";
import { runWorker } from "../worker/worker-loop.ts";

/** How long code may keep a call waiting: about what the prompt would take. */
export const CODE_TIMEOUT_MS = 1000;

/** What code is asked in a prompt's place. */
export interface CodeCall {
  readonly run: RunState;
  readonly call: Call;
  readonly worker: WorkerFunction;
  readonly alternative: Alternative;
  /** Validated. */
  readonly input: Json;
}

/** Something that keeps code from answering. */
class NoAnswer extends Error {
  readonly isLate: boolean;

  constructor(reason: string, isLate = false) {
    super(reason);
    this.isLate = isLate;
  }
}

/**
 * Code's answer: one that the domain, the tool and the worker's output schema let pass, or else why
 * the prompt is to be asked. Never rejects for what code does.
 *
 * @param until aborts when nobody waits for code any longer
 */
export async function askCode(code: CodeCall, until?: AbortSignal): Promise<Answered> {
  try {
    return { by: "code", output: await answerOf(code, until) };
  } catch (error) {
    code.run.cancellation.stopping.signal.throwIfAborted(); // that the run ends is no answer
    if (error instanceof EndsRun) throw error.cause;
    if (!(error instanceof NoAnswer)) {
      return { by: "prompt", reason: `its code threw: ${messageOf(error)}` };
    }
    const { message: reason, isLate } = error;
    return { by: "prompt", reason, ...(isLate ? { isLate: true } : {}) };
  }
}

async function answerOf(code: CodeCall, until: AbortSignal | undefined): Promise<Json> {
  const { worker, alternative, input } = code;
  const { candidate, domain } = alternative;
  if (splitAttachments(input).paths.length > 0) throw new NoAnswer("files are attached");
  if (domain) checkDomain(domain, copyOf(input));
  const value =
    candidate.kind === "tool"
      ? await toolAnswer(code, candidate.tool, until)
      : await otherAnswer(code, candidate.worker);
  const output = await workerOutput(worker, value);
  if (domain) checkAnswer(domain, copyOf(input), copyOf(output));
  return output;
}

async function toolAnswer(
  code: CodeCall,
  tool: Tool,
  until: AbortSignal | undefined,
): Promise<Json> {
  const taken = await fitting(tool.input, copyOf(code.input), "its code does not take the input");
  const said = await inTime(code, { tool, taken, until });
  const given = tool.output ? await fitting(tool.output, said, WRONG_OUTPUT) : said;
  const answer = readHardenedAnswer(toJson(given, code.worker.name));
  if (answer.kind === "declined") throw new NoAnswer(`its code declined: ${answer.reason}`);
  return answer.value;
}

/**
 * Asks another worker, in a call of its own below this one: its own id in cassettes, its limits within
 * those of the call, its approvals as anywhere.
 */
async function otherAnswer({ run, call, input }: CodeCall, other: WorkerFunction): Promise<Json> {
  const taken = await fitting(other.input, copyOf(input), `${other.name} does not take the input`);
  const id = childId(call, other.name);
  const own = childCall(call, other, id);
  const warn = (message: string) => run.emit(own, { kind: "warning", message });
  run.record.begin({ callId: id, parent: call, name: other.name, sent: undefined });
  try {
    call.budget.countCall(own.depth, id);
    run.record.check(own, taken);
    run.record.enter(own, input);
    run.emit(own, { kind: "call-start", input });
    const stopTimeout = startTimeout(run, own);
    try {
      const linked = await run.sourced.complete(other, id, warn);
      const { output } = await runWorker(run, own, linked, taken);
      run.record.succeed(id, output);
      return output;
    } finally {
      stopTimeout();
      run.emit(own, { kind: "call-end", usage: own.budget.usage });
    }
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    run.record.fail(id, error);
    if (!isOfThePrompt(error)) throw new EndsRun(error.message, { cause: error });
    throw new NoAnswer(`${other.name} gave no answer: ${error.reason}`);
  }
}

/** What ends a run wherever it happens: a limit, a miss, an abort. */
class EndsRun extends Error {}

/** Whether an error keeps a prompt from answering and nothing else from going on. */
export function isOfThePrompt(error: LlmDoError): boolean {
  return isToldToModel(error) || error.code === "provider" || error.code === "transport";
}

const WRONG_OUTPUT = "its code's answer does not fit";

/** Code that changes what it is given changes its own copy. */
function copyOf(value: Json): Json {
  return structuredClone(value);
}

function checkDomain(domain: Domain, input: Json): void {
  const accepted = told(() => domain.accepts(input));
  if (accepted !== true) throw new NoAnswer(`the input is outside its domain: ${accepted}`);
}

function checkAnswer(domain: Domain, input: Json, output: Json): void {
  const checked = told(() => domain.check(input, output));
  if (checked !== true) throw new NoAnswer(`its code's answer cannot be right: ${checked}`);
}

/** What a check says: true, or why not. JavaScript may say anything. */
function told(check: () => unknown): true | string {
  try {
    const said = check();
    return said === true ? true : typeof said === "string" ? said : "it does not say why";
  } catch (error) {
    return `the check threw: ${messageOf(error)}`;
  }
}

async function fitting(schema: Schema, value: unknown, what: string): Promise<unknown> {
  const checked = await validate(schema, value);
  if (checked.kind === "valid") return checked.value;
  throw new NoAnswer(`${what}: ${checked.issues.join("; ")}`);
}

/** The value as the worker's callers get it: what its schema makes of it, or a text. */
async function workerOutput({ output, name }: WorkerFunction, value: Json): Promise<Json> {
  if (output) return toJson(await fitting(output, value, WRONG_OUTPUT), name);
  if (typeof value === "string") return value;
  throw new NoAnswer(`${WRONG_OUTPUT}: expected a text, got ${outputText(value).slice(0, 40)}`);
}

/** Runs the tool; one that waits for something waits no longer than {@link CODE_TIMEOUT_MS}. */
async function inTime(
  { run, call, input }: CodeCall,
  asked: { readonly tool: Tool; readonly taken: unknown; readonly until: AbortSignal | undefined },
) {
  const { tool, taken, until } = asked;
  const over = new AbortController();
  const signal = until ? AbortSignal.any([over.signal, until]) : over.signal;
  try {
    const said = tool.run(taken, codeContext(run, call, { input, over: signal }));
    if (!isThenable(said)) return said;
    return await run.cancellation.stopping.race(Promise.race([said, timeIsOver(run, signal)]));
  } finally {
    over.abort(new Error("the call was answered without it"));
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

async function timeIsOver(run: RunState, stopped: AbortSignal): Promise<never> {
  await run.options.host.clock.sleep(CODE_TIMEOUT_MS, stopped);
  throw new NoAnswer(`its code did not answer within ${CODE_TIMEOUT_MS} ms`, true);
}

/**
 * What code gets that answers in a prompt's place. What it tries beside its input sends the call to the
 * prompt.
 *
 * @param over aborts when nobody waits for the answer any more
 */
function codeContext(
  run: RunState,
  call: Call,
  { input, over }: { readonly input: Json; readonly over: AbortSignal },
): CallContext {
  return {
    ...INPUT_ONLY,
    depth: call.depth,
    maxDepth: call.budget.maxDepth,
    prompt: promptText(input),
    signal: AbortSignal.any([run.cancellation.stopping.signal, over]),
    cwd: run.options.cwd,
  };
}
