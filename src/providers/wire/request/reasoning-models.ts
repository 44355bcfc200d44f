/**
 * Models that think before they answer, by name. Only these are asked for encrypted reasoning:
 * the others refuse the request (https://github.com/pydantic/pydantic-ai/issues/3326, read
 * 2026-11-22, for `gpt-5-chat-latest`). From `ChatModel` and `ResponsesModel` of openai 7.57.0.
 */
const REASONING: readonly RegExp[] = [/^o\d/, /^gpt-[5-9](?!\d)/, /^codex-/];

/** Chat tunings of those families do not think. */
const NOT_REASONING: readonly RegExp[] = [/-chat(-|$)/];

/**
 * Whether a model thinks. A vendor's prefix (`openai/gpt-5`) and that of a fine-tuned model
 * (`ft:o4-mini:...`) are passed over; a name that is not known is taken for one that does not.
 */
export function isReasoningModel(name: string): boolean {
  if (NOT_REASONING.some((pattern) => pattern.test(baseName(name)))) return false;
  return isOfReasoningFamily(name);
}

/**
 * Whether a model belongs to a family whose members think. All of a family, its chat tunings too,
 * take `max_completion_tokens`; those that think refuse `max_tokens`
 * (https://learn.microsoft.com/en-us/azure/foundry/openai/how-to/chatgpt, read 2026-11-30).
 */
export function isOfReasoningFamily(name: string): boolean {
  return REASONING.some((pattern) => pattern.test(baseName(name)));
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/^ft:/, "");
}
