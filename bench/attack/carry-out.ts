import { type Assault, type Attack, failuresOf } from "./attack.ts";
import { type AttackRow, attackTable } from "./attack-table.ts";

export interface AttackPlan {
  /** Undefined: as many as each attack says. */
  readonly trials: number | undefined;
  readonly seed: number;
  readonly markdown: boolean;
}

/** What a shell reports of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Makes the attacks one after the other and prints the table of those that ended, also when Ctrl-C
 * ends it early. One that throws has failed, and the others are made all the same.
 *
 * @returns the exit code
 */
export async function carryOut(attacks: readonly Attack[], plan: AttackPlan): Promise<number> {
  const rows: AttackRow[] = [];
  const failures: string[] = [];
  const print = () => {
    if (rows.length > 0) process.stdout.write(attackTable(rows, plan));
    for (const line of failures) process.stderr.write(`${line}\n`);
  };
  const onInterrupt = () => {
    print();
    process.stderr.write(`interrupted: ${rows.length} of ${attacks.length} attacks were made\n`);
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", onInterrupt);
  for (const attack of attacks) {
    const trials = plan.trials ?? attack.least;
    const say = (line: string) => process.stderr.write(`${attack.name}: ${line}\n`);
    say(`${trials.toLocaleString("en")} ${attack.what} ...`);
    const began = performance.now();
    const made = await assaultOf(attack, { trials, seed: plan.seed, say });
    if (typeof made === "string") {
      failures.push(`${attack.name}: it broke off: ${made}`);
      continue;
    }
    rows.push({ attack, assault: made, seconds: (performance.now() - began) / 1000 });
    failures.push(...failuresOf(attack, trials, made).map((line) => `${attack.name}: ${line}`));
  }
  process.off("SIGINT", onInterrupt);
  print();
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
