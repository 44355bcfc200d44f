import { type ReadAnswer, readHardenedAnswer } from "../../../functions/domain.ts";
import type { Host } from "../../../host/host.ts";
import type { Json } from "../../../model/json.ts";
import { engineFiles } from "./engine-files.ts";
import { type Ending, type ProcessLimits, runProcess } from "./run-process.ts";

/** What came of one input. */
export type Outcome =
  | ReadAnswer
  /** It threw, took too long, is not pure, or was never asked. */
  | { readonly kind: "fault"; readonly reason: string };

export interface SandboxLimits extends ProcessLimits {
  /** For all inputs together. */
  readonly totalMs: number;
  /** Of the engine, and of the process around it, in mebibytes. */
  readonly heapMib: number;
  /** Characters of the code: to read longer code takes memory that no limit of an engine counts. */
  readonly codeChars: number;
  /** Characters of the JSON text of one answer. */
  readonly answerChars: number;
  /** After so many calls that took too long, or cost their process, the rest is not tried. */
  readonly slowCalls: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  callMs: 1_000,
  graceMs: 2_000,
  totalMs: 60_000,
  heapMib: 128,
  codeChars: 500_000,
  answerChars: 100_000,
  outputBytes: 64 * 1024 * 1024,
  slowCalls: 3,
};

/**
 * The flags of the process that candidates run in, the wall around the engine's own. `--permission`
 * (Node 22.13 and later), without exceptions, keeps a program from files, processes, threads, addons,
 * WASI and the inspector.
 */
export function sandboxFlags({ heapMib }: Pick<SandboxLimits, "heapMib">): readonly string[] {
  return [
    "--permission",
    "--disallow-code-generation-from-strings",
    `--max-old-space-size=${heapMib}`,
    "--no-warnings",
    "--input-type=module-typescript",
    "--eval",
  ];
}

interface SandboxRequest {
  /** TypeScript that declares a function `answer`, without imports and exports. */
  readonly code: string;
  readonly inputs: readonly Json[];
  readonly limits?: Partial<SandboxLimits>;
  readonly host: Pick<Host, "files" | "pipedProcesses" | "clock" | "cwd">;
  readonly signal: AbortSignal;
}

/**
 * What a function that nobody has reviewed gives for some inputs, in their order. It runs in QuickJS,
 * an engine without host objects, inside a process of its own that may do nothing: no files, network,
 * processes, imports, present time or randomness, and limits on time, memory and output. Never in this
 * process.
 *
 * @throws Error when Node cannot be started or the engine is not installed; the signal's reason when
 * that aborts
 */
export async function runSandboxed(request: SandboxRequest): Promise<readonly Outcome[]> {
  const { code, host, signal } = request;
  const limits = { ...SANDBOX_LIMITS, ...request.limits };
  const inputs = request.inputs.map((input) => JSON.stringify(input));
  if (code.length > limits.codeChars) {
    const reason = `it does not load: it is longer than ${limits.codeChars} characters`;
    return inputs.map(() => ({ kind: "fault", reason }));
  }
  const { callMs, heapMib, answerChars } = limits;
  const parts = { ...engineFiles(host.files), code, callMs, heapMib, answerChars };
  const flags = sandboxFlags(limits);
  const stop = new AbortController();
  const late = host.clock
    .sleep(limits.totalMs, AbortSignal.any([signal, stop.signal]))
    .then((): Ending => {
      return { kind: "late", reason: `all in all it took longer than ${limits.totalMs} ms` };
    });
  late.catch(() => undefined); // It is awaited only while a process runs.
  const outcomes: Outcome[] = [];
  let slow = 0;
  try {
    while (outcomes.length < inputs.length) {
      const slowCalls = limits.slowCalls - slow;
      if (slowCalls <= 0) return [...outcomes, ...notAsked(inputs.length - outcomes.length, TIRED)];
      const job = { ...parts, inputs: inputs.slice(outcomes.length), slowCalls };
      const { lines, ending } = await runProcess(job, { host, limits, flags, signal, late });
      outcomes.push(...lines.map(outcomeIn));
      slow += lines.filter((line) => line.startsWith(SLOW)).length;
      const left = inputs.length - outcomes.length;
      if (left === 0) break;
      if (ending.kind === "late") return [...outcomes, ...notAsked(left, ending.reason)];
      if (ending.kind === "lost") outcomes.push({ kind: "fault", reason: ending.reason });
      slow = ending.kind === "lost" ? slow + 1 : limits.slowCalls;
    }
  } finally {
    stop.abort();
  }
  return outcomes;
}

const TIRED = "too many calls took too long";

/** The first of those that got no answer is told why, the rest that it was not asked. */
function notAsked(count: number, reason: string): readonly Outcome[] {
  return Array.from({ length: count }, (_each, index) => ({
    kind: "fault",
    reason: index === 0 ? reason : `it was not asked: ${reason}`,
  }));
}

/** The first character of the line of a call that took too long. */
const SLOW = "~";

/** Reads a line of the runner: `=` and the answer's JSON, or `!` or `~` and a reason as JSON. */
function outcomeIn(line: string): Outcome {
  try {
    const said: Json = JSON.parse(line.slice(1));
    if (line.startsWith("=")) return readHardenedAnswer(said);
    return { kind: "fault", reason: String(said) };
  } catch {
    return { kind: "fault", reason: "the sandbox gave no report" };
  }
}
