import type { ErrorCode } from "../../errors/codes.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import { costUsd } from "../../model/prices.ts";
import { addUsage, NO_USAGE, totalTokens, type Usage } from "../../model/usage.ts";
import type { Budget } from "./budget.ts";
import type { Call } from "./call.ts";
import { toJson } from "./output.ts";

/** One call of a function in a run, the entry's included. */
export interface CallReport {
  /**
   * Path from the entry, as in `main/analyzer#2`. Empty for a call whose arguments nobody could read.
   */
  readonly callId: string;
  /** Undefined for the entry. */
  readonly parentCallId: string | undefined;
  /** The function's name, as it was called. */
  readonly function: string;
  /** Calls above this one. */
  readonly depth: number;
  /** The input as its schema left it. Undefined if the call ended before its input was checked. */
  readonly input: Json | undefined;
  /** What the model wrote as the input. Absent if no model made the call. */
  readonly sent?: Json;
  /** Absent if the call failed or did not end. */
  readonly output?: Json;
  /** Absent if the call did not fail. */
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /** Tokens of the call and all calls below it. */
  readonly usage: Usage;
}

/** Tokens of one model, and what they cost in US dollars: undefined if its price is unknown. */
export type ModelUsage = Usage & { readonly usd: number | undefined };

/** What a run has come to so far, whether or not it ends well. */
export interface RunFacts {
  /** The id that all its events carry. */
  readonly runId: string;
  /**
   * The entry's conversation, earlier messages included; empty for a code entry. Pass it to the next
   * run as `messages`. `JSON.stringify` writes files in base64, and `messages` takes them back. Where
   * the run failed it may end with a call without its result.
   */
  readonly messages: readonly Message[];
  readonly usage: Usage;
  /** Cost of the tokens in US dollars. Undefined if a model's price is unknown. */
  readonly usd: number | undefined;
  /** By the models' full names, as in `anthropic:claude-haiku-4-5`. */
  readonly usageByModel: Readonly<Record<string, ModelUsage>>;
  /** The entry's call and all below it, in the order in which they began. */
  readonly calls: readonly CallReport[];
  readonly warnings: readonly string[];
}

/** A call while it goes on. */
interface NotedCall extends Omit<CallReport, "usage" | "input" | "output" | "error"> {
  input: Json | undefined;
  /** The input that passed its check, until it is known as JSON. */
  checked?: unknown;
  budget?: Budget;
  output?: Json;
  error?: NonNullable<CallReport["error"]>;
}

/** A call that is about to be made. */
interface AskedFor {
  readonly callId: string;
  readonly parent: Call | undefined;
  readonly name: string;
  /** Absent if no model made the call. */
  readonly sent?: Json | undefined;
}

/**
 * Keeps what a run's report says. It holds on to values that are there anyway, and makes the report
 * from them only when it is asked for.
 */
export class RunRecord {
  readonly #calls: NotedCall[] = [];
  readonly #byId = new Map<string, NotedCall>();
  readonly #models = new Map<string, Usage>();
  readonly #warnings: string[] = [];
  #runId = "";
  #budget: Budget | undefined;
  #messages: () => readonly Message[] = () => [];

  /** Says that the run begins. */
  start(runId: string, budget: Budget): void {
    this.#runId = runId;
    this.#budget = budget;
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  countAnswer(model: string, usage: Usage): void {
    this.#models.set(model, addUsage(this.#models.get(model) ?? NO_USAGE, usage));
  }

  /** @param messages gives the entry's conversation as it then is */
  converse(messages: () => readonly Message[]): void {
    this.#messages = messages;
  }

  begin({ callId, parent, name, sent }: AskedFor): void {
    const noted: NotedCall = {
      callId,
      parentCallId: parent?.id,
      function: name,
      depth: parent ? parent.depth + 1 : 0,
      input: undefined,
      ...(sent === undefined ? {} : { sent }),
    };
    this.#calls.push(noted);
    this.#byId.set(callId, noted);
  }

  /** A call whose arguments nobody could read. */
  refused(parent: Call, { name, sent, message }: { name: string; sent: Json; message: string }) {
    this.begin({ callId: "", parent, name, sent });
    const noted = this.#calls.at(-1);
    if (noted) noted.error = { code: "call", message };
  }

  /** The input passed its check. */
  check({ id, budget }: Call, input: unknown): void {
    const noted = this.#byId.get(id);
    if (!noted) return;
    noted.checked = input;
    noted.budget = budget;
  }

  /** The function begins; its code may change its own copy of the input from now on. */
  enter({ id, budget }: Call, input: Json): void {
    const noted = this.#byId.get(id);
    if (!noted) return;
    noted.input = input;
    noted.checked = undefined;
    noted.budget = budget;
  }

  succeed(callId: string, output: Json): void {
    const noted = this.#byId.get(callId);
    if (noted) noted.output = output;
  }

  fail(callId: string, { code, message }: LlmDoError): void {
    const noted = this.#byId.get(callId);
    if (noted) noted.error = { code, message };
  }

  /** What the run has come to by now; later steps do not change it. */
  facts(): RunFacts {
    return {
      runId: this.#runId,
      messages: this.#messages(),
      usage: this.#budget?.usage ?? NO_USAGE,
      usd: this.#budget ? this.#budget.usd : 0,
      usageByModel: Object.fromEntries([...this.#models].map(priced)),
      calls: this.#calls.map(reported),
      warnings: this.#warnings.slice(),
    };
  }
}

function priced([model, usage]: readonly [string, Usage]): [string, ModelUsage] {
  return [model, { ...usage, usd: totalTokens(usage) === 0 ? 0 : costUsd(model, usage) }];
}

function reported({ checked, budget, input, ...said }: NotedCall): CallReport {
  return { ...said, input: input ?? asJson(checked), usage: budget?.usage ?? NO_USAGE };
}

/** An input that was checked and never used; one that JSON cannot carry is not shown. */
function asJson(checked: unknown): Json | undefined {
  try {
    return checked === undefined ? undefined : toJson(checked, "");
  } catch {
    return undefined;
  }
}
