import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import type { CallContext } from "../../../functions/call-context.ts";
import { type Domain, readHardenedAnswer } from "../../../functions/domain.ts";
import { type Schema, validate } from "../../../functions/schema.ts";
import type { Tool } from "../../../functions/tool.ts";
import type { Json } from "../../../model/json.ts";
import { toJson } from "../../../runtime/state/output.ts";
import { fault, fellBack, type Outcome } from "./outcome.ts";

/** A tool where a prompt stood. */
export interface Candidate {
  readonly name: string;
  readonly tool: Tool;
  /** Undefined where nothing says for which inputs the tool may answer. */
  readonly domain: Domain | undefined;
  /** What callers are promised; undefined where they get a text. */
  readonly output: Schema | undefined;
}

/**
 * Hands one input to a tool as a running program would: guard, input schema, code, output schema,
 * check. Never rejects.
 */
export async function attempt(
  candidate: Candidate,
  input: Json,
  ctx: CallContext,
): Promise<Outcome> {
  try {
    return await attempted(candidate, input, ctx);
  } catch (error) {
    return fault("threw", isLlmDoError(error) ? error.reason : messageOf(error));
  }
}

async function attempted(
  { name, tool, domain, output }: Candidate,
  input: Json,
  ctx: CallContext,
): Promise<Outcome> {
  // What it does to its own copy is seen; what it does to ours would be lost.
  const given = JSON.stringify(input);
  const copy: Json = JSON.parse(given);
  const accepted = domain?.accepts(copy) ?? true;
  if (accepted !== true) return fellBack("domain", reasonIn(accepted));
  const taken = await validate(tool.input, copy);
  if (taken.kind === "invalid") return fellBack("input-schema", taken.issues.join("; "));
  const before = comparableText(taken.value);
  const raw = await tool.run(taken.value, ctx);
  if (JSON.stringify(copy) !== given || comparableText(taken.value) !== before) {
    return fault("changed-input", "the input was another one after it than before it");
  }
  const checked = tool.output && (await validate(tool.output, raw));
  if (checked?.kind === "invalid") return fault("bad-output", misfit(checked));
  const answer = readHardenedAnswer(toJson(checked ? checked.value : raw, name));
  if (answer.kind === "declined") return fellBack("tool", answer.reason);
  const promised = await promisedValue(output, answer.value);
  if (promised.kind !== "answered") return promised;
  const right = domain?.check(copy, promised.value) ?? true;
  return right === true ? promised : fellBack("check", reasonIn(right));
}

/** To see whether a value changes; of what JSON cannot say nothing is seen. */
function comparableText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

async function promisedValue(output: Schema | undefined, value: Json): Promise<Outcome> {
  if (!output) {
    if (typeof value === "string") return { kind: "answered", value };
    return fault(
      "bad-output",
      `the prompt answers with a text, and the tool with ${jsonKind(value)}`,
    );
  }
  const checked = await validate(output, value);
  // The prompt's answers are what the same schema makes of them.
  if (checked.kind === "valid") return { kind: "answered", value: toJson(checked.value, "output") };
  return fault("bad-output", misfit(checked));
}

function misfit({ issues }: { readonly issues: readonly string[] }): string {
  return `its output does not fit: ${issues.join("; ")}`;
}

/** JavaScript may say anything where a text is expected. */
function reasonIn(said: unknown): string {
  return typeof said === "string" ? said : "it does not say why";
}

function jsonKind(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
