import { type Assault, type Attack, failuresOf } from "./attack.ts";
import { type AttackRow, attackTable } from "./attack-table.ts";

interface AttackPlan {
  /** Undefined: as many as each attack says. */
  readonly trials: number | undefined;
  readonly seed: number;
  readonly markdown: boolean;
}

/**
 * Makes the attacks one after the other, says on standard error what came of each as soon as it has
 * ended, and prints the table of all. One that throws has failed; the others are made all the same.
 * Ctrl-C is not listened for: an attack that never waits would not let anybody hear it.
 *
 * @returns the exit code
 */
export async function carryOut(attacks: readonly Attack[], plan: AttackPlan): Promise<number> {
  const rows: AttackRow[] = [];
  const failures: string[] = [];
  for (const attack of attacks) {
    const trials = plan.trials ?? attack.least;
    const say = (line: string) => process.stderr.write(`${attack.name}: ${line}\n`);
    const began = performance.now();
    say(`tries ${trials.toLocaleString("en")} ${attack.what}`);
    const made = await assaultOf(attack, { trials, seed: plan.seed, say });
    const seconds = (performance.now() - began) / 1000;
    const found =
      typeof made === "string" ? [`broke off: ${made}`] : failuresOf(attack, trials, made);
    failures.push(...found.map((line) => `${attack.name}: ${line}`));
    if (typeof made !== "string") rows.push({ attack, assault: made, seconds });
    say(found.length === 0 ? `no harm done, in ${seconds.toFixed(0)} s` : found.join("\n"));
  }
  if (rows.length > 0) process.stdout.write(attackTable(rows, plan));
  for (const line of failures) process.stderr.write(`${line}\n`);
  return failures.length === 0 && rows.length > 0 ? 0 : 1;
}

/** What came of an attack, or why it broke off. */
async function assaultOf(
  attack: Attack,
  options: Parameters<Attack["run"]>[0],
): Promise<Assault | string> {
  try {
    return await attack.run(options);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
