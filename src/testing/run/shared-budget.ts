import { join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { costUsd, priceOf } from "../../model/prices.ts";
import { totalTokens, type Usage } from "../../model/usage.ts";

export interface SharedBudgetOptions {
  /** What all processes of the command together may spend, in US dollars. */
  readonly maxUsd: number;
  /** A folder that all of them can see; undefined: this process is alone. */
  readonly folder: string | undefined;
  readonly files: FileSystem;
}

/**
 * The money that a command may spend in all its processes. Each answer is one line of a file that they
 * share, so that a process that dies takes nothing of what it spent with it.
 */
export class SharedBudget {
  readonly #maxUsd: number;
  readonly #files: FileSystem;
  readonly #path: string | undefined;
  /** What was spent, one line for each answer; where there is no file to share. */
  #alone = "";

  constructor({ maxUsd, folder, files }: SharedBudgetOptions) {
    this.#maxUsd = maxUsd;
    this.#files = files;
    this.#path = folder === undefined ? undefined : join(folder, "spent");
  }

  /**
   * Called before each request. Requests that are under way are not in it yet.
   *
   * @throws LlmDoError `limit` when the money is spent, or the price of the model is not known
   */
  check(model: string): void {
    if (!priceOf(model)) {
      throw this.#reached(`the price of ${model} is unknown, so $${this.#maxUsd} cannot be kept`);
    }
    if (this.spentUsd >= this.#maxUsd) {
      throw this.#reached(`all $${this.#maxUsd} that this command may spend are spent`);
    }
  }

  /** Counts an answer. One whose price is not known leaves nothing that could be spent safely. */
  count(model: string, usage: Usage): void {
    const usd = totalTokens(usage) === 0 ? 0 : (costUsd(model, usage) ?? Number.POSITIVE_INFINITY);
    const line = `${usd}\n`;
    if (this.#path === undefined) {
      this.#alone += line;
      return;
    }
    const file = this.#files.openAppend(this.#path);
    try {
      file.append(line);
    } finally {
      file.close();
    }
  }

  /** What all processes have spent, in US dollars. */
  get spentUsd(): number {
    return this.#lines()
      .split("\n")
      .reduce((sum, line) => sum + Number(line), 0);
  }

  #lines(): string {
    if (this.#path === undefined) return this.#alone;
    return this.#files.stat(this.#path) ? this.#files.readText(this.#path) : "";
  }

  #reached(reason: string): LlmDoError {
    return new LlmDoError({
      code: "limit",
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
  files: FileSystem,
): SharedBudget | undefined {
  return maxUsd === undefined ? undefined : new SharedBudget({ maxUsd, folder: scratch, files });
}
