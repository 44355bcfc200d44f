import { isLlmDoError } from "./llm-do-error.ts";
import { messageOf } from "./message-of.ts";

/** Why something failed, to stand in a sentence that says what did. */
export function reasonOf(error: unknown): string {
  return isLlmDoError(error) ? error.reason : messageOf(error);
}
