import { seededRandom } from "../../tests/support/seeded-random.ts";
import type { Assault, Attack, AttackOptions } from "./attack.ts";
import { Harms } from "./kill/harms.ts";
import { killedRun } from "./kill/killed-run.ts";
import { type Lived, live } from "./kill/life.ts";
import { killProject } from "./kill/project.ts";
import { type KillProvider, killProvider, type Plot } from "./kill/provider.ts";

/** Runs at once: about as many as keep two cores busy, since a run waits for its provider, too. */
const LANES = 3;

/** Sizes of pictures and results. Few are long: those take many writes of the kernel. */
const SIZES = [20, 2_000, 2_000, 20_000, 400_000] as const;

/**
 * Kills runs while they record, at random moments and sizes of their cassettes, by SIGKILL and by
 * SIGTERM. Each goes on from its cassette until it ends, and is replayed then.
 */
export const kill: Attack = {
  name: "kill",
  what: "kills of runs that record",
  least: 2_000,
  run: killRuns,
};

async function killRuns({ trials, seed, say }: AttackOptions): Promise<Assault> {
  const harms = new Harms();
  const plots = new Map<string, Plot>();
  await using provider = await killProvider((life) => plots.get(life) ?? PLAIN);
  const runMs = await measuredRunMs(provider);
  let wanted = trials;
  const takeKill = () => wanted > 0 && wanted-- > 0;
  let lives = 0;
  const lived: Lived[] = [];
  const lane = async () => {
    while (wanted > 0) {
      const number = lives++;
      const random = seededRandom(seed * 1_000_003 + number);
      const name = `life${number}`;
      const plot = { ...PLAIN, pictureChars: pick(SIZES, random) };
      plots.set(name, plot);
      const letters = pick(SIZES, random);
      const common = { provider, harms, runMs, takeKill, giveBack: () => void wanted++ };
      lived.push(await live({ ...common, name, plot, letters, random }));
    }
  };
  while (wanted > 0) await Promise.all(Array.from({ length: LANES }, lane));
  const tried = sum(lived.map(({ kills }) => kills));
  const cut = sum(lived.map(({ cut: some }) => some));
  say(`${lives} runs, one takes about ${Math.round(runMs)} ms alone`);
  say(`${cut} effects were under way at a kill -9, are on no record, and were made again`);
  return { tried, breaches: harms.breaches };
}

const PLAIN: Plot = { turns: 5, pictureChars: 2_000, delayMs: 15 };

async function measuredRunMs(provider: KillProvider): Promise<number> {
  const startMs = performance.now();
  const env = { ...provider.env("measured"), LETTERS: "20" };
  const moment = { kind: "never" } as const;
  const folder = killProject();
  await killedRun({ folder, env, mode: "auto", moment, signal: "SIGKILL" });
  return performance.now() - startMs;
}

function pick<Item>(
  items: readonly [Item, ...Item[]] | readonly Item[],
  random: () => number,
): Item {
  return items[Math.floor(random() * items.length)] as Item; // there is always one
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}
