import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { plainText } from "../../../functions/worker-input.ts";
import type { Input, Output } from "../../../host/host.ts";
import { type Json, readableJson } from "../../../model/json.ts";
import { printableLines } from "../../../words/printable.ts";
import type { Disagreement } from "../run/disagreement.ts";
import type { Right } from "./adjudication.ts";
import type { AdjudicationLog } from "./adjudication-log.ts";

/** A disagreement with two answers. */
export type Adjudicable = Disagreement & { readonly tool: Json };

/** The disagreements that can be adjudicated: held out, so that no author of the tool knows them. */
export function adjudicable(disagreements: readonly Disagreement[]): readonly Adjudicable[] {
  return disagreements.filter(
    (each): each is Adjudicable => each.side === "holdout" && each.tool !== undefined,
  );
}

interface Adjudicator {
  readonly input: Input;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly nowMs: () => number;
}

const QUESTION = "Which is right? a, b, t (both), n (neither), s(kip), q(uit): ";

/**
 * Asks a person which of two answers is right, without saying whose they are, in random order. What
 * was said before is not asked again; what is said is kept at once.
 *
 * @throws LlmDoError `aborted` when the person interrupts
 */
export async function askAdjudicator(
  cases: readonly Adjudicable[],
  log: AdjudicationLog,
  person: Adjudicator,
): Promise<void> {
  const open = shuffled(
    cases.filter(({ id }) => !log.said.has(id)),
    person.random,
  );
  for (const [index, each] of open.entries()) {
    const isToolFirst = person.random() < 0.5;
    const [a, b] = isToolFirst ? [each.tool, each.prompt] : [each.prompt, each.tool];
    person.output.write(
      `\nCase ${index + 1} of ${open.length}\n${block("input", plainText(each.input))}`,
    );
    person.output.write(`${block("answer a", a)}${block("answer b", b)}`);
    const said = await readChoice(person);
    if (said === "q") return;
    if (said === "s") continue;
    log.add(each.id, rightOf(said, isToolFirst), new Date(person.nowMs()).toISOString());
  }
}

type Choice = "a" | "b" | "t" | "n" | "s" | "q";

async function readChoice({ input, output, signal }: Adjudicator): Promise<Choice> {
  for (;;) {
    output.write(QUESTION);
    let line: string | undefined;
    try {
      line = await input.readLine(signal);
    } catch (cause) {
      output.write("\n");
      throw interrupted(cause);
    }
    if (line === undefined) return "q";
    const choice = /^(?:([ab])|(t|n|s|q)[a-z]*)$/i.exec(line.trim());
    const letter = (choice?.[1] ?? choice?.[2])?.toLowerCase();
    if (letter !== undefined) return letter as Choice; // the pattern admits no other
  }
}

function rightOf(said: Exclude<Choice, "s" | "q">, isToolFirst: boolean): Right {
  switch (said) {
    case "a":
      return isToolFirst ? "tool" : "prompt";
    case "b":
      return isToolFirst ? "prompt" : "tool";
    case "t":
      return "both";
    case "n":
      return "neither";
  }
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [out[last], out[other]] = [out[other] as Item, out[last] as Item]; // both indices are in it
  }
  return out;
}

function block(title: string, value: Json): string {
  const text = readableJson(value);
  const lines = printableLines(text).trimEnd().split("\n");
  return `  ${title}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

function interrupted(cause: unknown): LlmDoError {
  return new LlmDoError({
    code: "aborted",
    verb: "adjudicate",
    what: "disagreements",
    reason: "it was interrupted; what was said is kept",
    tries: ["run the same command again to go on"],
    cause,
  });
}
