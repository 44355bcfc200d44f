// Makes the data of two tasks of the hardening example:
// - user agents, each once, of the npm package `user-agents` (BSD-2-Clause), with the browser and its major
//   version as `bowser` (MIT) says: gold labels, which are no model's answers.
// - invoice lines, written here from a seed. Nobody's invoice is among them.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import bowser from "bowser";

const folder = new URL("../examples/hardening/data/", import.meta.url);

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

function browserOf(userAgent: string): string | undefined {
  const { name, version } = bowser.parse(userAgent).browser;
  return name && version ? `${name} ${version.split(".")[0]}` : undefined;
}

/** Numbers from 0 up to 1, the same ones each time: mulberry32. */
function randomsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<Value>(values: readonly Value[], seed: number): readonly Value[] {
  const random = randomsFrom(seed);
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ value }) => value);
}

// The package exports a generator; its data stands beside it.
const generator = fileURLToPath(import.meta.resolve("user-agents"));
const data: readonly { readonly userAgent: string }[] = JSON.parse(
  readFileSync(join(dirname(generator), "user-agents.json"), "utf8"), // of the version that is installed
);
/** In the order of real traffic, which is none: the holdout's list should not begin with one browser. */
const seen = shuffled([...new Set(data.map(({ userAgent }) => userAgent))].toSorted(), 2);
const labelled = seen.flatMap((input) => {
  const output = browserOf(input);
  return output === undefined ? [] : [{ input, output }];
});
writeFileSync(new URL("user_agent.gold.jsonl", folder), jsonLines(labelled));

const random = randomsFrom(1);
const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
  values[whole(0, values.length - 1)] ?? values[0];

const ITEMS = [
  "Paper A4",
  "Desk lamp",
  "Toner black",
  "USB cable 2 m",
  "Chair",
  "Whiteboard pens",
] as const;
const amount = () => `${whole(1, 900)}.${String(whole(0, 99)).padStart(2, "0")}`;

/** Layouts that the programs of four suppliers print. */
const LAYOUTS = [
  () => `${whole(1, 40)} x ${oneOf(ITEMS)} @ EUR ${amount()}`,
  () => `Art. ${whole(10_000, 99_999)}; ${oneOf(ITEMS)}; qty ${whole(1, 40)}; unit ${amount()} EUR`,
  () => `${oneOf(ITEMS)} (${whole(1, 40)} pcs) USD ${amount()} each`,
  () => `#${whole(100, 999)}-${whole(10, 99)} ${oneOf(ITEMS)}: ${whole(1, 40)} * ${amount()} GBP`,
] as const;

const lines = new Set<string>();
while (lines.size < 300) lines.add(oneOf(LAYOUTS)());
writeFileSync(new URL("invoice_lines.jsonl", folder), jsonLines([...lines]));
