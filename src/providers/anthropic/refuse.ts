import { LlmDoError } from "../../errors/llm-do-error.ts";
import { splitModelName } from "../../model/request.ts";

/** The error for something in a request that this wire has no place for. */
export function refuse(model: string, what: string, tries: readonly string[]): LlmDoError {
  const provider = splitModelName(model).provider || "anthropic";
  return new LlmDoError({
    code: "configuration",
    verb: "ask",
    what: model,
    reason: `${provider} does not take ${what}`,
    tries,
  });
}
