import { runSandboxed } from "../src/hardening/write/sandbox/sandbox.ts";
import { nodeHost } from "../src/host/node-host.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { interleave, medianOf } from "./statistics.ts";

const INPUTS = 20_000;
/** Each input is asked twice, to find a function that is not pure. */
const CALLS = 2 * INPUTS;
const MICROSECONDS = 1_000;
/** 15,000 calls a second. */
const MOST_MICROSECONDS = 66;

/** The candidate of docs/hardening/harden.md. */
const CANDIDATE = `
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
function answer({ input }: { input: string }) {
  const [, day, month = "", year] = /^(\\d\\d) (\\w{3}) (\\d{4}) /.exec(input) ?? [];
  const index = MONTHS.indexOf(month);
  if (index < 0) return { ok: false, reason: "it names no month" };
  return { ok: true, value: \`\${year}-\${String(index + 1).padStart(2, "0")}-\${day}\` };
}`;

/** What a call of a candidate costs in the sandbox, JSON in and JSON out. */
export const sandbox: Figure = {
  name: "sandbox",
  measure: async (say) => {
    const all = Array.from({ length: INPUTS }, (_each, at) => ({
      input: `${(at % 18) + 10} Mar 2026 10:20:30 +0200 (${at})`,
    }));
    const rounds = await interleave(
      { oneMs: () => millisecondsFor(all.slice(0, 1)), allMs: () => millisecondsFor(all) },
      { rounds: ROUNDS, warmUps: 1 },
    );
    const call = medianOf(rounds, ({ oneMs, allMs }) => ((allMs - oneMs) * MICROSECONDS) / CALLS);
    const started = medianOf(rounds, ({ oneMs }) => oneMs);
    say(`${Math.round(1e6 / call).toLocaleString("en")} calls a second`);
    say(`the process and its engine start and end in ${started.toFixed(0)} ms`);
    return [
      { figure: "sandbox", measured: call, bound: MOST_MICROSECONDS, unit: "microseconds a call" },
    ];
  },
};

async function millisecondsFor(inputs: readonly { readonly input: string }[]): Promise<number> {
  const { signal } = new AbortController();
  const began = performance.now();
  const outcomes = await runSandboxed({ code: CANDIDATE, inputs, host: nodeHost(), signal });
  const took = performance.now() - began;
  if (outcomes.some(({ kind }) => kind !== "value")) throw new Error(JSON.stringify(outcomes[0]));
  return took;
}
