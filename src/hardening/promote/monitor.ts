import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { type GuardedFunction, guardFunctions } from "./guard-functions.ts";
import { guardText } from "./guard-text.ts";
import { resetAlarms } from "./swapped-functions.ts";

/** The flags of `llm-do guard`. */
export interface GuardFlags {
  readonly reset?: true;
  readonly recordings?: readonly string[];
  readonly model?: string;
}

/**
 * `llm-do guard [WORKER...]`: prints how functions with prompt and code are doing, or takes their
 * alarms back.
 *
 * @throws LlmDoError `alarm` when an alarm was raised, `configuration` when a certificate no longer
 * fits
 */
export async function guard(
  workers: readonly string[],
  { reset, recordings, model }: GuardFlags,
  host: Host,
): Promise<void> {
  if (reset) {
    const names = resetAlarms(workers, host);
    host.stdout.write(
      names.map((name) => `${name}: its alarm is reset, nothing compared\n`).join(""),
    );
    return;
  }
  const guarded = await guardFunctions({ workers, recordings, model }, host);
  if (guarded.length === 0) host.stdout.write("no function has both a prompt and code\n");
  else host.stdout.write(`${guarded.map(guardText).join("\n")}\n`);
  const alarmed = guarded.filter(({ alarm }) => alarm !== undefined);
  if (alarmed.length > 0) throw raised(alarmed);
  const unfit = guarded.filter(({ certificate }) => certificate.kind === "unfit");
  if (unfit.length > 0) throw notFitting(unfit);
}

function raised(functions: readonly GuardedFunction[]): LlmDoError {
  return new LlmDoError({
    code: "alarm",
    verb: "guard",
    what: joinedNames(functions),
    reason: "code and prompt disagreed too often, so the prompt answers",
    tries: ["find out why, then llm-do guard --reset", "llm-do swap lets code answer again"],
  });
}

function notFitting(functions: readonly GuardedFunction[]): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "guard",
    what: joinedNames(functions),
    reason: "its certificate no longer fits",
    tries: ["llm-do compare makes a new one, and llm-do swap takes it"],
  });
}

function joinedNames(functions: readonly GuardedFunction[]): string {
  return functions.map(({ name }) => name).join(", ");
}
