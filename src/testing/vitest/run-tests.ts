import type { Vitest } from "vitest/node";
import { EXIT, type ExitCode } from "../../errors/exit-codes.ts";
import { LlmDoError, messageOf } from "../../errors/llm-do-error.ts";
import { exitCodeOf } from "../run/failure.ts";
import { llmDo } from "./config.ts";
import { variationSummary } from "./variation-summary.ts";

export interface TestRequest {
  /** What vitest is told, as on its own command line: filters and flags. */
  readonly words: readonly string[];
  /** For the processes that run tests. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the run when a person interrupts. */
  readonly signal: AbortSignal;
  /** Takes what is said beside the reports of the runner. */
  readonly writeErr: (text: string) => void;
}

/**
 * Runs the project's tests and cases on vitest, with what its own configuration says; in watch mode
 * until the person ends it.
 *
 * @returns 0 when all passed, 3 when all failures are about recordings, 130 when interrupted, else 1
 * @throws LlmDoError `cases` where vitest is missing or there is nothing to run, `usage` for a flag
 * that vitest does not know
 */
export async function runTests({ words, env, signal, writeErr }: TestRequest): Promise<ExitCode> {
  const { parseCLI, startVitest } = await importVitest();
  const { filter, options } = parsed(() => parseCLI(["vitest", ...words]));
  let started: Vitest | undefined;
  const stop = () => void started?.exit(true);
  signal.addEventListener("abort", stop, { once: true });
  const closed = Promise.withResolvers<void>();
  const plugins = [
    llmDo(),
    {
      name: "llm-do:started",
      configureVitest: ({ vitest }: { vitest: Vitest }) => {
        started = vitest;
        vitest.onClose(() => closed.resolve());
      },
    },
  ];
  const watch = options.watch ?? false;
  const vitest = await startVitest(filter, { ...options, watch, env }, { plugins });
  if (watch) await closed.promise;
  signal.removeEventListener("abort", stop);
  if (signal.aborted) return EXIT.interrupted;
  if (vitest.state.getTestModules().length === 0) {
    if (vitest.config.passWithNoTests) return EXIT.done;
    throw nothingToRun(filter);
  }
  for (const line of variationSummary(vitest.state)) writeErr(`${line}\n`);
  return exitCodeAfter(vitest);
}

/** What the run came to. */
function exitCodeAfter({ state }: Vitest): ExitCode {
  const kinds: Parameters<typeof exitCodeOf>[0][number][] = [];
  let isBroken = state.getUnhandledErrors().length > 0;
  for (const module of state.getTestModules()) {
    if (module.ok()) continue;
    isBroken ||= module.errors().length > 0;
    for (const test of module.children.allTests("failed")) {
      const failures = test.meta().llmDo?.failures ?? [];
      isBroken ||= failures.length === 0;
      kinds.push(...failures.map((kind) => ({ kind })));
    }
  }
  return isBroken ? EXIT.failed : exitCodeOf(kinds);
}

async function importVitest(): Promise<typeof import("vitest/node")> {
  try {
    return await import("vitest/node");
  } catch (cause) {
    throw new LlmDoError({
      code: "cases",
      verb: "load",
      what: "vitest",
      reason: `it runs the tests, and it cannot be loaded: ${messageOf(cause)}`,
      tries: ["npm install --save-dev vitest"],
      cause,
    });
  }
}

function parsed<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw new LlmDoError({
      code: "usage",
      verb: "read",
      what: "command line",
      reason: messageOf(cause),
      tries: ["llm-do test --help"],
      cause,
    });
  }
}

function nothingToRun(filter: readonly string[]): LlmDoError {
  const of = filter.length === 0 ? "" : ` that fit ${filter.join(", ")}`;
  return new LlmDoError({
    code: "cases",
    verb: "test",
    what: filter.join(" ") || "project",
    reason: `there are no cases and no tests${of}`,
    tries: [
      "name a file of cases NAME.cases.yaml, beside its worker",
      'make a case of a run: llm-do test --add last --name "..."',
    ],
  });
}
