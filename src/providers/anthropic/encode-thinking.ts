import type {
  OutputConfig,
  ThinkingConfigParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ModelSettings } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { thinksAdaptively } from "./model-generation.ts";

/**
 * Sent where the settings name no limit, because the wire wants one: half of what the least of the
 * models on offer can say, Claude Haiku 4.5 with 64K tokens
 * (https://platform.claude.com/docs/en/models/overview, known from a stored excerpt only), so that a server with a
 * lower cap, as Claude Opus 4 had with 32K, takes it too.
 */
const DEFAULT_MAX_TOKENS = 32_000;

/** Least budget that the wire takes (SDK 1.12, `ThinkingConfigEnabled.budget_tokens`). */
const LEAST_BUDGET_TOKENS = 1024;

/** Room for the answer itself behind a budget that fills the default limit. */
const ANSWER_TOKENS = 8192;

/** Efforts in tokens, for models that take only a budget: the least, and up to half the default. */
const BUDGET_TOKENS = { low: LEAST_BUDGET_TOKENS, medium: 8192, high: 16_000 } as const;

interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: ThinkingConfigParam;
  readonly effort?: NonNullable<OutputConfig["effort"]>;
}

/**
 * How much to think, and the token limit that goes with it, because thinking counts towards it.
 *
 * @throws LlmDoError `configuration` when the budget does not fit below the limit
 */
export function encodeThinking(settings: ModelSettings, model: string): EncodedThinking {
  const { thinking, maxTokens = DEFAULT_MAX_TOKENS } = settings;
  if (thinking === undefined) return { maxTokens };
  if (thinking === "off") return { maxTokens, thinking: { type: "disabled" } };
  if (typeof thinking === "object") {
    return withBudget(thinking.budgetTokens, settings.maxTokens, model);
  }
  if (thinksAdaptively(model)) {
    // The newest models leave their thinking out of the answer unless it is asked for.
    const adaptive = { type: "adaptive", display: "summarized" } as const;
    return { maxTokens, thinking: adaptive, effort: thinking };
  }
  const budget = Math.max(LEAST_BUDGET_TOKENS, Math.min(BUDGET_TOKENS[thinking], maxTokens / 2));
  return withBudget(Math.floor(budget), settings.maxTokens, model);
}

function withBudget(
  budgetTokens: number,
  limit: number | undefined,
  model: string,
): EncodedThinking {
  if (budgetTokens < LEAST_BUDGET_TOKENS) {
    throw refuseRequest(model, `a thinking budget of ${budgetTokens} tokens`, [
      `give thinking at least ${LEAST_BUDGET_TOKENS} tokens, or set settings.thinking to off`,
    ]);
  }
  const maxTokens = limit ?? Math.max(DEFAULT_MAX_TOKENS, budgetTokens + ANSWER_TOKENS);
  if (budgetTokens >= maxTokens) {
    throw refuseRequest(
      model,
      `a thinking budget of ${budgetTokens} tokens within ${maxTokens} in all`,
      [`raise settings.max_tokens above ${budgetTokens}, or think less`],
    );
  }
  return { maxTokens, thinking: { type: "enabled", budget_tokens: budgetTokens } };
}
