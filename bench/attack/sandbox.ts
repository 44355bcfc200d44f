import { runSandboxed } from "../../src/hardening/write/sandbox/sandbox.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { Assault, Attack, AttackOptions, Breach } from "./attack.ts";
import { Bait } from "./sandbox/bait.ts";
import { FLOODS } from "./sandbox/floods.ts";
import { LYING } from "./sandbox/lies.ts";
import { type SandboxProgram, told } from "./sandbox/program.ts";
import { SOURCES } from "./sandbox/sources.ts";
import { WAYS_OUT } from "./sandbox/ways-out.ts";

/** Programs that try to get out of the sandbox, to lie about what they did, or to drown it. */
export const SANDBOX_PROGRAMS: readonly SandboxProgram[] = [
  ...WAYS_OUT,
  ...LYING,
  ...SOURCES,
  ...FLOODS,
];

const INPUTS = [{ input: "a" }, { input: "b" }];
/** Above the limit of all processes together, on a machine that does other things. */
const MOST_MS = 75_000;
const MOST_EXAMPLES = 5;

/** Runs programs in the sandbox and looks from outside at what they did. */
export const sandbox: Attack = {
  name: "sandbox",
  what: "sandbox programs",
  least: SANDBOX_PROGRAMS.length,
  run: ({ trials, seed, say }) => attackSandbox(SANDBOX_PROGRAMS, { trials, seed, say }),
};

/**
 * The same with programs of one's own, each of them tried once before any is tried again.
 *
 * @param run what is attacked
 */
export async function attackSandbox(
  all: readonly SandboxProgram[],
  { trials, seed, say }: AttackOptions,
  run: typeof runSandboxed = runSandboxed,
): Promise<Assault> {
  await using bait = await Bait.lay();
  const found = { escapes: [] as string[], wrong: [] as string[] };
  let tried = 0;
  for (; tried < trials; tried++) {
    const program = all[(tried * strideFor(all.length) + seed) % all.length];
    if (!program) break;
    const { escapes, wrong } = await tryProgram(program, bait, run);
    found.escapes.push(...escapes.map((what) => `${program.name}: ${what}`));
    found.wrong.push(...wrong.map((what) => `${program.name}: ${what}`));
    if ((tried + 1) % 50 === 0) say(`${tried + 1} of ${trials}`);
  }
  return {
    tried,
    breaches: [breach("escapes", found.escapes), breach("wrong reports", found.wrong)],
  };
}

/** A step that comes to each of so many before it comes to one again. */
function strideFor(count: number): number {
  let stride = Math.max(1, Math.floor(count * 0.6));
  while (greatestDivisor(stride, count) !== 1) stride++;
  return stride;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

function breach(what: string, all: readonly string[]): Breach {
  return { what, count: all.length, bound: 0, examples: all.slice(0, MOST_EXAMPLES) };
}

async function tryProgram(
  { code, says, limits }: SandboxProgram,
  bait: Bait,
  run: typeof runSandboxed,
) {
  const outcomesOf = () => {
    const { signal } = new AbortController();
    const host = nodeHost();
    return run({
      code: bait.in(code),
      inputs: INPUTS,
      ...(limits ? { limits } : {}),
      host,
      signal,
    });
  };
  const began = performance.now();
  const first = await outcomesOf();
  const took = performance.now() - began;
  // What depends on a clock, on chance or on memory's addresses differs between two processes.
  // Where limits decide, the machine's speed does so too.
  const second = limits ? first : await outcomesOf();
  const lines = first.map(told);
  const wrong = lines.filter((line) => !says.test(line)).map((line) => `told ${shown(line)}`);
  return {
    escapes: [
      ...bait.taken(lines.join("\n")),
      ...(second.map(told).join("\n") === lines.join("\n")
        ? []
        : ["two processes answer differently"]),
      ...(first.length === INPUTS.length ? [] : ["it forged a report"]),
    ],
    wrong: took > MOST_MS ? [...wrong, `it took ${took.toFixed(0)} ms`] : wrong,
  };
}

function shown(line: string): string {
  return JSON.stringify(line.slice(0, 150));
}
