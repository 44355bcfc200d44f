import type { Assault, Attack, AttackOptions } from "./attack.ts";
import { onRealDisk } from "./full-disk/real-disk.ts";
import { SCENARIOS } from "./full-disk/scenarios.ts";
import { FailingCommand, type Harm } from "./full-disk/trial.ts";

const HARMS: readonly Harm[] = ["half files", "unclear errors", "commands that fail afterwards"];

/** Examples that are told of one kind of harm. */
const MOST_EXAMPLES = 5;

const CHARACTERS = 500;

/**
 * Each command that writes, on a disk that is full from its n-th change on, for each n, and where that
 * change alone fails otherwise. Fewer trials take every so many of them.
 */
export const fullDisk: Attack = {
  name: "full-disk",
  what: "commands on a disk that fails at one of their changes",
  least: 400,
  run: attackDisks,
};

async function attackDisks({ trials, seed, say }: AttackOptions): Promise<Assault> {
  const found = new Map<Harm, string[]>(HARMS.map((harm) => [harm, []]));
  let tried = 0;
  // All of them where as many are wanted as a full run has; else some of each command.
  const most = trials >= fullDisk.least ? Number.POSITIVE_INFINITY : trials;
  // Those that start processes take longest, and a few trials do without them.
  const here = SCENARIOS.filter(({ isTests }) => !isTests);
  const apart = SCENARIOS.filter(({ isTests }) => isTests);
  const scenarios = most < fullDisk.least ? here : [...here, ...apart];
  for (const [index, scenario] of scenarios.entries()) {
    if (tried >= most) break;
    using command = await FailingCommand.open(scenario);
    const left = scenarios.length - index;
    const share = Math.max(1, Math.ceil((most - tried) / left));
    const failures = failuresOf(command.changes, share, seed);
    for (const failure of failures) {
      const harms = await command.attempt(failure);
      tried++;
      const where = `${scenario.name}, ${failure.code} at change ${failure.at}`;
      for (const [harm, text] of harms) {
        found.get(harm)?.push(`${where}: ${text.slice(0, CHARACTERS)}`);
        say(`${harm}: ${where}`);
      }
    }
    say(`${scenario.name}: ${command.changes} changes, ${failures.length} trials`);
  }
  if (trials >= fullDisk.least) {
    const real = await onRealDisk();
    tried += real?.tried ?? 0;
    for (const { harm, text } of real?.harms ?? []) {
      found.get(harm)?.push(text.slice(0, CHARACTERS));
    }
    say(real ? `a real full disk: ${real.tried} trials` : "skipped: no file system can be mounted");
  }
  const breaches = [...found].map(([what, all]) => {
    return { what, count: all.length, bound: 0, examples: all.slice(0, MOST_EXAMPLES) };
  });
  return { tried, breaches };
}

const OTHER_CODES = ["EROFS", "EIO", "EDQUOT", "EACCES"] as const;

/** A full disk at each change, and another failure at each third. */
function failuresOf(changes: number, most: number, seed: number) {
  const places = Array.from({ length: changes }, (_each, index) => index + 1);
  const all = places.flatMap((at) => {
    const full = { at, code: "ENOSPC", isOnce: false };
    const code = OTHER_CODES[(at + seed) % OTHER_CODES.length] ?? "EIO";
    return at % 3 === 1 ? [full, { at, code, isOnce: code === "EIO" }] : [full];
  });
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_each, index) => {
    const place = Math.floor(((index + 0.5) * all.length) / most);
    return all[place] ?? { at: 1, code: "ENOSPC", isOnce: false };
  });
}
