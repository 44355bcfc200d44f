import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { plainText } from "../../../functions/worker-input.ts";
import type { Input, Output } from "../../../host/host.ts";
import { type Json, readableJson } from "../../../model/json.ts";
import { printableLines } from "../../../words/printable.ts";
import type { Right } from "../run/disagreement.ts";
import type { LabelCase } from "./label.ts";

/** Somebody at a terminal. */
interface Person {
  readonly input: Input;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** A number in [0, 1). */
  readonly random: () => number;
}

const QUESTION = "Which is right? a, b, t (both), n (neither), q(uit): ";

/**
 * Asks a person which of two answers is right, in random order and without saying whose they are.
 *
 * @param title what is shown above the case
 * @returns undefined when the person stops here
 * @throws LlmDoError `aborted` when the person interrupts
 */
export async function askPerson(
  each: LabelCase,
  title: string,
  person: Person,
): Promise<Right | undefined> {
  const isToolFirst = person.random() < 0.5;
  const [a, b] = isToolFirst ? [each.tool, each.prompt] : [each.prompt, each.tool];
  person.output.write(`\n${title}\n${block("input", plainText(each.input))}`);
  person.output.write(`${block("answer a", a)}${block("answer b", b)}`);
  const said = await readChoice(person);
  return said === "q" ? undefined : rightOf(said, isToolFirst);
}

type Choice = "a" | "b" | "t" | "n" | "q";

async function readChoice({ input, output, signal }: Person): Promise<Choice> {
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
    const choice = /^(?:([ab])|(t|n|q)[a-z]*)$/i.exec(line.trim());
    const letter = (choice?.[1] ?? choice?.[2])?.toLowerCase();
    if (letter !== undefined) return letter as Choice; // the pattern admits no other
  }
}

/** Which side a letter means. */
export function rightOf(said: Exclude<Choice, "q">, isToolFirst: boolean): Right {
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

function block(title: string, value: Json): string {
  const text = readableJson(value);
  const lines = printableLines(text).trimEnd().split("\n");
  return `  ${title}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

function interrupted(cause: unknown): LlmDoError {
  return new LlmDoError({
    code: "aborted",
    verb: "label",
    what: "disagreements",
    reason: "it was interrupted; the labels so far are kept",
    tries: ["run the same command again to go on"],
    cause,
  });
}
