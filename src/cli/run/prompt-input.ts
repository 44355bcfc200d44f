import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { LlmFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import { readTextInput, takesOnlyText } from "../../functions/worker-input.ts";
import { shellQuote } from "../../words/shell-quote.ts";

interface Prompt {
  /** Empty where there is none. */
  readonly prompt: string;
  /** The command line without the prompt, for advice. */
  readonly command: string;
}

/**
 * What an entry is called with, from the prompt that a person typed: a worker of texts gets the text,
 * JSON or not. All others get the value of a JSON object or list, then the text where they take one,
 * then the value of any other JSON.
 *
 * @throws LlmDoError `call` for a prompt that the entry does not take, `usage` where there is none;
 * both with one that it takes
 */
export async function promptInput(
  entry: LlmFunction,
  { prompt, command }: Prompt,
): Promise<unknown> {
  if (prompt === "") return withoutPrompt(entry, command);
  if (entry.kind === "worker" && isOfTexts(entry)) return prompt;
  const isMarked = /^\s*[[{]/.test(prompt);
  const json = parsedPrompt(prompt);
  if (isMarked && json.kind === "value") return json.value;
  const read = await readTextInput(entry, prompt);
  if (read.kind === "valid") return prompt;
  if (json.kind === "value" && typeof json.value !== "string") return json.value;
  const broken =
    isMarked && json.kind === "broken" ? ` (it begins like JSON, and is not: ${json.problem})` : "";
  throw new LlmDoError({
    code: "call", // as any other input that does not fit
    verb: "call",
    what: entry.name,
    reason: `${read.reason}${broken}`,
    tries: await examples(entry, command),
  });
}

/** Code may take nothing at all. */
async function withoutPrompt(entry: LlmFunction, command: string): Promise<unknown> {
  if (entry.kind === "tool") return {};
  const tries = isOfTexts(entry)
    ? [`${command} "your prompt"`, `echo "your prompt" | ${command}`]
    : await examples(entry, command);
  const reason = "there is no prompt";
  throw new LlmDoError({ code: "usage", verb: "run", what: entry.name, reason, tries });
}

function isOfTexts({ input, name }: LlmFunction): boolean {
  return takesOnlyText(jsonSchemaOf(input, "input", name));
}

type Parsed =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "broken"; readonly problem: string };

function parsedPrompt(prompt: string): Parsed {
  try {
    return { kind: "value", value: JSON.parse(prompt) };
  } catch (error) {
    return { kind: "broken", problem: messageOf(error) };
  }
}

async function examples(entry: LlmFunction, command: string): Promise<readonly string[]> {
  const { exampleInput } = await import("../../functions/described-input.ts");
  const example = await exampleInput(entry);
  if (example === undefined) return [];
  const text = typeof example === "string" ? example : JSON.stringify(example);
  return [`${command} ${shellQuote(text)}`];
}
