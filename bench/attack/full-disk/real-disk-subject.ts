// Runs the commands in the temporary folder, which is a small file system, and fills it before each.
import type { RealDiskEnd } from "./real-disk.ts";
import { SCENARIOS } from "./scenarios.ts";
import { FailingCommand } from "./trial.ts";

/** Pages that a full disk still has: nothing, what a lock takes, and half of what a command takes. */
const FREE_PAGES = [0, 1, 2, 4];

const harms: RealDiskEnd["harms"][number][] = [];
let tried = 0;
for (const scenario of SCENARIOS.filter(({ isTests }) => !isTests)) {
  using command = await FailingCommand.open(scenario);
  for (const freePages of FREE_PAGES) {
    const where = `${scenario.name}, a real disk with ${freePages} pages left`;
    for (const [harm, text] of await command.attemptFull(freePages)) {
      harms.push({ harm, text: `${where}: ${text}` });
    }
    tried++;
  }
}
process.stdout.write(JSON.stringify({ tried, harms } satisfies RealDiskEnd));
