import { type ReadAnswer, readHardenedAnswer } from "../../functions/domain.ts";
import type { Host } from "../../host/host.ts";
import { NODE_PROGRAM } from "../../host/node-program.ts";
import type { Json } from "../../model/json.ts";
import { shippedFile } from "../shipped-file.ts";

/** What came of one input. */
export type Outcome =
  | ReadAnswer
  /** It threw, took too long, is not pure, or was never asked. */
  | { readonly kind: "fault"; readonly reason: string };

export interface SandboxLimits {
  /** For one call. */
  readonly callMs: number;
  /** For the whole process, from its start. */
  readonly totalMs: number;
  /** Of the heap, in mebibytes. */
  readonly heapMib: number;
  /** Characters of the JSON text of one answer. */
  readonly answerChars: number;
  /** After so many calls that took too long the rest is not tried. */
  readonly slowCalls: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  callMs: 1_000,
  totalMs: 60_000,
  heapMib: 128,
  answerChars: 100_000,
  slowCalls: 3,
};

/**
 * The flags of the process that candidates run in. By itself `--permission` (Node 22.13 and later)
 * keeps a program from files, processes, threads, addons, WASI and the inspector; not from the network,
 * from signals and from `node:sqlite`: those the runner keeps out of reach.
 */
export function sandboxFlags({ heapMib }: SandboxLimits): readonly string[] {
  return [
    "--permission",
    "--disallow-code-generation-from-strings",
    `--max-old-space-size=${heapMib}`,
    "--no-warnings",
    "--input-type=module-typescript",
    "--eval",
  ];
}

export interface SandboxRequest {
  /** TypeScript that declares a function `answer`, without imports and exports. */
  readonly code: string;
  readonly inputs: readonly Json[];
  readonly limits?: Partial<SandboxLimits>;
  readonly host: Pick<Host, "files" | "pipedProcesses" | "clock" | "cwd">;
  readonly signal: AbortSignal;
}

/**
 * What a function that nobody has reviewed gives for some inputs, in their order. It runs in a process
 * of its own with an empty environment, without files, network, processes, imports, the present time
 * and randomness, and within limits; never in this process.
 *
 * @throws Error when Node cannot be started; the signal's reason when that aborts
 */
export async function runSandboxed(request: SandboxRequest): Promise<readonly Outcome[]> {
  const { code, inputs, host, signal } = request;
  const limits = { ...SANDBOX_LIMITS, ...request.limits };
  const { callMs, answerChars, slowCalls } = limits;
  const texts = inputs.map((input) => JSON.stringify(input));
  const job = JSON.stringify({ code, inputs: texts, callMs, answerChars, slowCalls });
  const said = await converse(job, { host, limits, signal, reports: inputs.length });
  const outcomes = said.reports.map(outcomeOf);
  const last: Outcome = { kind: "fault", reason: said.why };
  const rest: Outcome = { kind: "fault", reason: `it was not asked: ${said.why}` };
  return inputs.map((_input, index) => {
    return outcomes[index] ?? (index === outcomes.length ? last : rest);
  });
}

interface Conversation extends Pick<SandboxRequest, "host" | "signal"> {
  readonly limits: SandboxLimits;
  /** How many are expected. */
  readonly reports: number;
}

interface Said {
  readonly reports: readonly string[];
  /** Why there are no more. */
  readonly why: string;
}

/** Room in each report for what is not the answer. */
const REPORT_CHARS = 1_000;
/** JSON in JSON: each character of an answer may need an escape. */
const ESCAPED = 6;

async function converse(job: string, conversation: Conversation): Promise<Said> {
  const { host, limits, signal, reports } = conversation;
  const lines = new Lines(reports * (limits.answerChars * ESCAPED + REPORT_CHARS));
  const over = Promise.withResolvers<string>();
  const runner = host.files.readText(shippedFile("sandbox-runner.ts", host.files));
  const process = await host.pipedProcesses.start({
    program: NODE_PROGRAM,
    arguments: [...sandboxFlags(limits), runner],
    cwd: host.cwd,
    env: {},
    onOutput: (piece) => {
      if (!lines.add(piece)) over.resolve("it wrote too much");
    },
    onEnd: (exitCode) => over.resolve(endReason(exitCode)),
  });
  const stop = new AbortController();
  const late = host.clock
    .sleep(limits.totalMs, AbortSignal.any([signal, stop.signal]))
    .then(() => `all in all it took longer than ${limits.totalMs} ms`);
  try {
    await process.write(`${job}\n`);
    const why = await Promise.race([over.promise, late]);
    return { reports: lines.whole, why };
  } finally {
    stop.abort();
    late.catch(() => undefined);
    await process.end();
  }
}

/** How a shell tells of a process that ended itself by abort(), as V8 does without memory. */
const ABORTED = 134;

function endReason(exitCode: number): string {
  if (exitCode === 0) return "too many calls took too long";
  if (exitCode === ABORTED) return "the memory did not suffice";
  return `the process ended with exit code ${exitCode}`;
}

/** The lines of an output, up to a size. */
class Lines {
  #text = "";
  readonly #mostChars: number;

  constructor(mostChars: number) {
    this.#mostChars = mostChars;
  }

  /** False when that is too much. */
  add(piece: Buffer): boolean {
    if (this.#text.length > this.#mostChars) return false;
    this.#text += piece.toString("latin1");
    return this.#text.length <= this.#mostChars;
  }

  get whole(): readonly string[] {
    return Buffer.from(this.#text, "latin1").toString("utf8").split("\n").slice(0, -1);
  }
}

function outcomeOf(line: string): Outcome {
  const report: unknown = JSON.parse(line); // written by the runner
  if (typeof report !== "object" || report === null || !("kind" in report)) return BROKEN;
  if (report.kind === "answer" && "text" in report) {
    return readHardenedAnswer(JSON.parse(String(report.text)));
  }
  return { kind: "fault", reason: "reason" in report ? String(report.reason) : "unknown" };
}

const BROKEN: Outcome = { kind: "fault", reason: "the sandbox gave no report" };
