import { LlmDoError } from "../errors/llm-do-error.ts";
import { type GuardedFunction, guardFunctions } from "../hardening/promote/guard-functions.ts";
import { guardText } from "../hardening/promote/guard-text.ts";
import { resetAlarms } from "../hardening/promote/swapped-functions.ts";
import type { Host } from "../host/host.ts";
import type { GuardFlags } from "./swap-flags.ts";

/**
 * `llm-do guard [WORKER...]`: prints how functions with prompt and code are doing, or takes their
 * alarms back.
 *
 * @throws LlmDoError `alarm` when an alarm was raised, `configuration` when a certificate no longer
 * fits
 */
export async function guardCommand(
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
    what: namesOf(functions),
    reason: "code and prompt disagreed too often, so the prompt answers",
    tries: ["find out why, then llm-do guard --reset", "llm-do swap lets code answer again"],
  });
}

function notFitting(functions: readonly GuardedFunction[]): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "guard",
    what: namesOf(functions),
    reason: "its certificate no longer fits",
    tries: ["llm-do compare makes a new one, and llm-do swap takes it"],
  });
}

function namesOf(functions: readonly GuardedFunction[]): string {
  return functions.map(({ name }) => name).join(", ");
}
