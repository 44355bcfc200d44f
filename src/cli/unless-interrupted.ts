import { LlmDoError } from "../errors/llm-do-error.ts";

/** Commands that have nothing to clean up: what they write is whole at every moment. */
const AT_ONCE = [
  "check",
  "types",
  "init",
  "swap",
  "guard",
  "soften",
  "verify",
  "status",
  "prune",
  "rekey",
  "show",
] as const;

type Command = (...words: never[]) => Promise<void>;

/** The commands that need no time to end, such that each rejects as soon as the person interrupts. */
export function endingAtOnce<Commands extends Record<(typeof AT_ONCE)[number], Command>>(
  commands: Commands,
  signal: AbortSignal,
): Pick<Commands, (typeof AT_ONCE)[number]> {
  const wrapped = AT_ONCE.map((name) => [
    name,
    (...words: never[]) => unlessInterrupted(commands[name](...words), signal),
  ]);
  return Object.fromEntries(wrapped); // the same names and words
}

async function unlessInterrupted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The error of a command that a signal ended. */
export function interrupted(argv: readonly string[], cause: unknown): LlmDoError {
  const what = argv[0] ?? "llm-do";
  return new LlmDoError({
    code: "aborted",
    verb: "run",
    what,
    reason: "it was interrupted",
    cause,
  });
}
