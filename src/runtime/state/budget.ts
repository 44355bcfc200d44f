import type { LimitErrorFields, LimitName } from "../../errors/codes.ts";
import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
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
      const { maxDepth } = this;
      throw this.#tightest.#reached(`depth ${depth} of at most ${maxDepth}`, {
        limit: "maxDepth",
        used: depth,
        most: maxDepth,
        call: callId,
      });
    }
    for (let budget: Budget | undefined = this; budget; budget = budget.#parent) {
      budget.#calls++;
      const { maxCalls } = budget.#limits;
      if (maxCalls !== undefined && budget.#calls > maxCalls) {
        throw budget.#reached(`${budget.#owner} used ${maxCalls} of ${maxCalls} calls`, {
          limit: "maxCalls",
          used: maxCalls,
          most: maxCalls,
          call: callId,
        });
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
        throw budget.#reached(`${budget.#owner} used ${tokens} of ${maxTokens} tokens`, {
          limit: "maxTokens",
          used: tokens,
          most: maxTokens,
          call: callId,
        });
      }
      if (maxUsd !== undefined) budget.#checkMoney(maxUsd, callId);
    }
  }

  /** The error of a call that took longer than its limits allow. */
  timeIsOver(callId: string, timeoutMs: number): LlmDoError {
    return this.#reached(`${this.#owner} took ${timeoutMs / MS_PER_SECOND} s`, {
      limit: "timeoutMs",
      used: timeoutMs,
      most: timeoutMs,
      call: callId,
    });
  }

  #checkMoney(most: number, call: string): void {
    const about = { limit: "maxUsd", most, call } as const;
    if (this.#unpriced !== undefined) {
      const reason = `the price of ${this.#unpriced} is unknown, so $${most} cannot be kept`;
      throw limitReached(reason, { ...about, used: undefined }, COUNT_TOKENS);
    }
    if (this.#usd < most) return;
    const used = `${this.#owner} used $${this.#usd.toFixed(4)} of $${most}`;
    throw this.#reached(used, { ...about, used: this.#usd });
  }

  /** Options and flags speak of the whole run, front matter of one worker. */
  #reached(reason: string, fields: LimitErrorFields): LlmDoError {
    const { flag, key } = WRITTEN[fields.limit];
    const own = `limits.${key} of ${this.#owner}`;
    if (this.#parent) return limitReached(reason, fields, `raise ${own}`);
    return limitReached(reason, fields, {
      flags: `raise it with ${flag}, or in ${own}`,
      options: `raise it in limits: { ${fields.limit}: ... }, or in ${own}`,
    });
  }
}

/** The limits as the command line and front matter write them. */
const WRITTEN: Readonly<Record<LimitName, { readonly flag: string; readonly key: string }>> = {
  maxDepth: { flag: "--max-depth", key: "max_depth" },
  maxCalls: { flag: "--max-calls", key: "max_calls" },
  maxTokens: { flag: "--max-tokens", key: "max_tokens" },
  maxUsd: { flag: "--max-usd", key: "max_usd" },
  timeoutMs: { flag: "--timeout", key: "timeout_seconds" },
};

const COUNT_TOKENS: Advice = {
  flags: "use --max-tokens with this model",
  options: "use limits: { maxTokens: ... } with this model",
};

function limitReached(reason: string, fields: LimitErrorFields, hint: string | Advice): LlmDoError {
  return new LlmDoError({
    code: "limit",
    verb: "run",
    what: fields.call,
    reason: `a limit was reached: ${reason}`,
    tries: [hint],
    ...fields,
  });
}
