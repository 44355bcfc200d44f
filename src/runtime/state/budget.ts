import { LlmDoError } from "../../errors/llm-do-error.ts";
import { costUsd } from "../../model/prices.ts";
import { addUsage, NO_USAGE, totalTokens, type Usage } from "../../model/usage.ts";
import type { WorkerLimits } from "../../worker/limits.ts";

/** What `--max-depth` is where nobody says otherwise. */
export const DEFAULT_MAX_DEPTH = 5;

const MS_PER_SECOND = 1000;

/**
 * What a call and all calls below it have used, and may use. Each call opens a budget under its
 * caller's; what is used counts in all budgets above.
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

  /** How long the call itself may take; undefined when it sets no limit. */
  get timeoutMs(): number | undefined {
    return this.#limits.timeoutMs;
  }

  /** The depth that a call may have; the tightest above decides. */
  get maxDepth(): number {
    const above = this.#parent?.maxDepth ?? Number.POSITIVE_INFINITY;
    const own = this.#limits.maxDepth ?? (this.#parent ? above : DEFAULT_MAX_DEPTH);
    return Math.min(own, above);
  }

  /** The budget whose limit of depth holds here. */
  get #tightest(): Budget {
    if (!this.#parent || this.#limits.maxDepth === this.maxDepth) return this;
    return this.#parent.#tightest;
  }

  /** @throws LlmDoError `limit` when a call of this depth is one too deep or one too many */
  countCall(depth: number, callId: string): void {
    if (depth > this.maxDepth) {
      const reason = `depth ${depth} of at most ${this.maxDepth}`;
      throw limitReached(callId, reason, this.#tightest.#hint("max-depth", "max_depth"));
    }
    for (let budget: Budget | undefined = this; budget; budget = budget.#parent) {
      budget.#calls++;
      const { maxCalls } = budget.#limits;
      if (maxCalls !== undefined && budget.#calls > maxCalls) {
        const reason = `${budget.#owner} used ${maxCalls} of ${maxCalls} calls`;
        throw limitReached(callId, reason, budget.#hint("max-calls", "max_calls"));
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
        throw limitReached(callId, used, budget.#hint("max-tokens", "max_tokens"));
      }
      if (maxUsd !== undefined) budget.#checkMoney(maxUsd, callId);
    }
  }

  /** The error of a call that took longer than its limits allow. */
  timeIsOver(callId: string, timeoutMs: number): LlmDoError {
    const reason = `${this.#owner} took ${timeoutMs / MS_PER_SECOND} s`;
    return limitReached(callId, reason, this.#hint("timeout", "timeout_seconds"));
  }

  #checkMoney(maxUsd: number, callId: string): void {
    if (this.#unpriced !== undefined) {
      const unknown = `the price of ${this.#unpriced} is unknown, so $${maxUsd} cannot be kept`;
      throw limitReached(callId, unknown, "use --max-tokens with this model");
    }
    if (this.#usd < maxUsd) return;
    const used = `${this.#owner} used $${this.#usd.toFixed(4)} of $${maxUsd}`;
    throw limitReached(callId, used, this.#hint("max-usd", "max_usd"));
  }

  /** Flags speak of the whole run, front matter of one worker. */
  #hint(flag: string, key: string): string {
    const own = `limits.${key} of ${this.#owner}`;
    return this.#parent ? `raise ${own}` : `raise it with --${flag}, or in ${own}`;
  }
}

function limitReached(callId: string, reason: string, hint: string): LlmDoError {
  return new LlmDoError({
    code: "limit",
    verb: "run",
    what: callId,
    reason: `a limit was reached: ${reason}`,
    tries: [hint],
  });
}
