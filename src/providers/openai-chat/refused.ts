import { LlmDoError } from "../../errors/llm-do-error.ts";

/** The error for what a request asks and this server cannot do. */
export function refused(model: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "configuration", verb: "ask", what: model, reason, tries });
}
