// Attacks the product and prints what came of it: npm run attack [-- --only NAME --trials N --seed N --markdown]
import { parseArgs } from "node:util";
import { type Attack, failuresOf } from "./attack.ts";
import { type AttackRow, attackTable } from "./attack-table.ts";
import { hostileFiles } from "./hostile-files.ts";
import { paths } from "./paths.ts";

const ATTACKS: readonly Attack[] = [hostileFiles, paths];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    trials: { type: "string" },
    seed: { type: "string", default: "1" },
    markdown: { type: "boolean", default: false },
  },
});
const chosen = ATTACKS.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  const names = ATTACKS.map(({ name }) => name).join(", ");
  process.stderr.write(`there is no attack "${values.only}"; known: ${names}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await attackWith(chosen);
}

async function attackWith(attacks: readonly Attack[]): Promise<number> {
  const rows: AttackRow[] = [];
  const failures: string[] = [];
  for (const attack of attacks) {
    const trials = values.trials === undefined ? attack.least : Number(values.trials);
    const say = (line: string) => process.stderr.write(`${attack.name}: ${line}\n`);
    const began = performance.now();
    const assault = await attack.run({ trials, seed: Number(values.seed), say });
    rows.push({ attack, assault, seconds: (performance.now() - began) / 1000 });
    failures.push(...failuresOf(attack, trials, assault).map((line) => `${attack.name}: ${line}`));
  }
  process.stdout.write(attackTable(rows, { markdown: values.markdown }));
  for (const line of failures) process.stderr.write(`${line}\n`);
  return failures.length === 0 ? 0 : 1;
}
