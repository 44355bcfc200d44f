import { LlmDoError } from "../errors/llm-do-error.ts";
import { costUsd } from "../model/prices.ts";
import { addUsage, NO_USAGE, totalTokens, type Usage } from "../model/usage.ts";
import type { WorkerLimits } from "../worker/limits.ts";

/** What `--max-depth` is where nobody says otherwise. */
export const DEFAULT_MAX_DEPTH = 5;

/**
 * What a call and all calls below it have used, and may use. Each call with limits of its own opens
 * a budget under its caller's; what is used counts in all budgets above.
 */
export class Budget {
  readonly #limits: WorkerLimits;
  readonly #parent: Budget | undefined;
  readonly #owner: string;
  #calls = 0;
  #usage: Usage = NO_USAGE;
  #usd = 0;
  #unpriced: string | undefined;

  constructor(limits: WorkerLimits, owner: string, parent?: Budget) {
    this.#limits = limits;
    this.#owner = owner;
    this.#parent = parent;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** What the used tokens cost; undefined when the price of one model is unknown. */
  get usd(): number | undefined {
    return this.#unpriced === undefined ? this.#usd : undefined;
  }

  /** The depth that a call may have; the tightest above decides. */
  get maxDepth(): number {
    const above = this.#parent?.maxDepth ?? Number.POSITIVE_INFINITY;
    const own = this.#limits.maxDepth ?? (this.#parent ? above : DEFAULT_MAX_DEPTH);
    return Math.min(own, above);
  }

  /** @throws LlmDoError `limit` when a call of this depth is one too deep or one too many */
  countCall(depth: number, callId: string): void {
    if (depth > this.maxDepth) {
      throw limitReached(callId, `depth ${depth} of at most ${this.maxDepth}`, "--max-depth");
    }
    for (let budget: Budget | undefined = this; budget; budget = budget.#parent) {
      budget.#calls++;
      const { maxCalls } = budget.#limits;
      if (maxCalls !== undefined && budget.#calls > maxCalls) {
        throw limitReached(callId, `${budget.#owner} made ${maxCalls} calls`, "--max-calls");
      }
    }
  }

  countAnswer(model: string, usage: Usage): void {
    const cost = costUsd(model, usage);
    const isFree = totalTokens(usage) === 0;
    for (let budget: Budget | undefined = this; budget; budget = budget.#parent) {
      budget.#usage = addUsage(budget.#usage, usage);
      if (cost !== undefined) budget.#usd += cost;
      else if (!isFree) budget.#unpriced = model;
    }
  }

  /** @throws LlmDoError `limit` when tokens or money are used up; called before each request */
  checkRequest(callId: string): void {
    for (let budget: Budget | undefined = this; budget; budget = budget.#parent) {
      const { maxTokens, maxUsd } = budget.#limits;
      const tokens = totalTokens(budget.#usage);
      if (maxTokens !== undefined && tokens >= maxTokens) {
        const used = `${budget.#owner} used ${tokens} of ${maxTokens} tokens`;
        throw limitReached(callId, used, "--max-tokens");
      }
      if (maxUsd !== undefined) budget.#checkMoney(maxUsd, callId);
    }
  }

  #checkMoney(maxUsd: number, callId: string): void {
    if (this.#unpriced !== undefined) {
      const unknown = `the price of ${this.#unpriced} is unknown, so $${maxUsd} cannot be kept`;
      throw limitReached(callId, unknown, "--max-usd", "use --max-tokens with this model");
    }
    if (this.#usd < maxUsd) return;
    const used = `${this.#owner} used $${this.#usd.toFixed(4)} of $${maxUsd}`;
    throw limitReached(callId, used, "--max-usd");
  }
}

export function limitReached(
  callId: string,
  reason: string,
  flag: string,
  hint = `raise it with ${flag}, or in the worker's limits`,
): LlmDoError {
  return new LlmDoError({
    code: "limit",
    verb: "run",
    what: callId,
    reason: `a limit was reached: ${reason}`,
    tries: [hint],
  });
}
