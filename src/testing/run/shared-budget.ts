import { join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { appendShared } from "../../host/locks/file-lock.ts";
import type { LockHost } from "../../host/locks/lock-holder.ts";
import { costUsd, priceOf } from "../../model/prices.ts";
import { totalTokens, type Usage } from "../../model/usage.ts";

interface SharedBudgetOptions {
  /** What all processes of the command together may spend, in US dollars. */
  readonly maxUsd: number;
  /** A folder that all of them can see; undefined: this process is alone. */
  readonly folder: string | undefined;
  readonly host: LockHost;
}

/**
 * The money that a command may spend in all its processes. Each answer is one line of a file that they
 * share, so that a process that dies takes nothing of what it spent with it.
 */
export class SharedBudget {
  readonly #maxUsd: number;
  readonly #host: LockHost;
  readonly #path: string | undefined;
  /** What was spent, one line for each answer; where there is no file to share. */
  #alone = "";

  constructor({ maxUsd, folder, host }: SharedBudgetOptions) {
    this.#maxUsd = maxUsd;
    this.#host = host;
    this.#path = folder === undefined ? undefined : join(folder, "spent");
  }

  /**
   * Called before each request. Requests that are under way are not in it yet.
   *
   * @throws LlmDoError `limit` when the money is spent, or the price of the model is not known
   */
  check(model: string): void {
    if (!priceOf(model)) {
      const reason = `the price of ${model} is unknown, so $${this.#maxUsd} cannot be kept`;
      throw this.#reached(reason, undefined);
    }
    if (this.spentUsd >= this.#maxUsd) {
      const reason = `all $${this.#maxUsd} that this command may spend are spent`;
      throw this.#reached(reason, this.spentUsd);
    }
  }

  /** Counts an answer. One whose price is not known leaves nothing that could be spent safely. */
  count(model: string, usage: Usage): void {
    const usd = totalTokens(usage) === 0 ? 0 : (costUsd(model, usage) ?? Number.POSITIVE_INFINITY);
    if (this.#path === undefined) this.#alone += `${usd}\n`;
    else appendShared(this.#path, String(usd), this.#host);
  }

  /** What all processes have spent, in US dollars. */
  get spentUsd(): number {
    return this.#lines()
      .split("\n")
      .reduce((sum, line) => sum + Number(line), 0);
  }

  #lines(): string {
    if (this.#path === undefined) return this.#alone;
    const { files } = this.#host;
    return files.stat(this.#path) ? files.readText(this.#path) : "";
  }

  #reached(reason: string, used: number | undefined): LlmDoError {
    return new LlmDoError({
      code: "limit",
      limit: "maxUsd",
      used,
      most: this.#maxUsd,
      call: "answers",
      verb: "record",
      what: "answers",
      reason: `a limit was reached: ${reason}`,
      tries: ["record the rest with another --max-usd: llm-do test --mode auto"],
    });
  }
}

/** The budget of a command; undefined where it may spend whatever it takes. */
export function budgetOf(
  {
    maxUsd,
    scratch,
  }: { readonly maxUsd: number | undefined; readonly scratch: string | undefined },
  host: LockHost,
): SharedBudget | undefined {
  return maxUsd === undefined ? undefined : new SharedBudget({ maxUsd, folder: scratch, host });
}
