import { parseArgs } from "node:util";

/** What a person asked `npm run attack` for. */
export type AttackRequest =
  | {
      readonly kind: "run";
      /** Names of the attacks; all where there is none. */
      readonly only: readonly string[];
      /** Undefined: as many as each attack says. */
      readonly trials: number | undefined;
      readonly seed: number;
      readonly markdown: boolean;
    }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "wrong"; readonly reason: string };

/** A seed is a 32-bit number, as generators take it. */
const MAX_SEED = 0xffff_ffff;

/** Reads the arguments; never throws. */
export function readArguments(words: readonly string[], names: readonly string[]): AttackRequest {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(words);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return { kind: "help", text: helpText(names) };
  const only = values.only.flatMap((list) => list.split(",")).map((name) => name.trim());
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return wrong(`there is no attack ${JSON.stringify(unknown)}; known: ${names.join(", ")}`);
  }
  const trials = values.trials === undefined ? undefined : wholeNumber(values.trials, 1);
  if (values.trials !== undefined && trials === undefined) {
    return wrong(`--trials must be a whole number above 0, not ${JSON.stringify(values.trials)}`);
  }
  const seed = wholeNumber(values.seed, 0);
  if (seed === undefined || seed > MAX_SEED) {
    return wrong(
      `--seed must be a whole number from 0 to ${MAX_SEED}, not ${JSON.stringify(values.seed)}`,
    );
  }
  return { kind: "run", only, trials, seed, markdown: values.markdown };
}

function parsed(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    options: {
      only: { type: "string", multiple: true, default: [] },
      trials: { type: "string" },
      seed: { type: "string", default: "1" },
      markdown: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}

/** `1000`, `1,000` and `1_000` are the same; anything else is none. */
function wholeNumber(text: string, least: number): number | undefined {
  const digits = text.replace(/(?<=[0-9])[,_](?=[0-9])/g, "");
  const number = Number(digits);
  return /^[0-9]+$/.test(digits) && Number.isSafeInteger(number) && number >= least
    ? number
    : undefined;
}

function wrong(reason: string): AttackRequest {
  return { kind: "wrong", reason: reason.split(". ", 1)[0] ?? reason };
}

function helpText(names: readonly string[]): string {
  return `Attacks the product and prints what came of it.

  npm run attack                       all attacks with all their trials
  npm run attack -- --only NAME        some of them; repeat it, or write NAME,NAME
  npm run attack -- --trials 100       that many trials of each
  npm run attack -- --seed 7           other trials; the same seed makes the same ones
  npm run attack -- --markdown         the table as Markdown

Each result is told as soon as there is one, so that Ctrl-C loses only what was not tried.

Attacks: ${names.join(", ")}

Exit code: 0 every bound held, 1 one did not or too little was tried, 2 the arguments are wrong.
`;
}
