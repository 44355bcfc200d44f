import type { Answer } from "../../model/answer.ts";
import { costUsd } from "../../model/prices.ts";
import { addUsage, NO_USAGE, totalTokens, type Usage } from "../../model/usage.ts";
import { roundedDown } from "../../words/rounded.ts";

/** What some recorded answers took, by their own figures. */
export interface Bill {
  /** Answers of models and of scripts. */
  readonly answers: number;
  /** How many of them were written by hand: what they cost live nobody knows. */
  readonly scripted: number;
  /** Tokens of those that a model gave. */
  readonly usage: Usage;
  /** Their price in US dollars; undefined when a model's price is unknown. */
  readonly usd: number | undefined;
}

export const NO_BILL: Bill = { answers: 0, scripted: 0, usage: NO_USAGE, usd: 0 };

/** A bill with one more answer on it. */
export function addAnswer(
  bill: Bill,
  model: string,
  { usage, source }: Pick<Answer, "usage" | "source">,
): Bill {
  const answers = bill.answers + 1;
  if (source === "script") return { ...bill, answers, scripted: bill.scripted + 1 };
  return addBills({ ...bill, answers }, { ...NO_BILL, usage, usd: costUsd(model, usage) });
}

/** Two bills as one. */
export function addBills(left: Bill, right: Bill): Bill {
  const isKnown = left.usd !== undefined && right.usd !== undefined;
  return {
    answers: left.answers + right.answers,
    scripted: left.scripted + right.scripted,
    usage: addUsage(left.usage, right.usage),
    usd: isKnown ? left.usd + right.usd : undefined,
  };
}

/** As in `1153 tokens, $0.0014, beside 2 from a script`; undefined where all are from a script. */
export function formatBill(bill: Bill): string | undefined {
  return billText(bill, priceText(bill, formatUsd));
}

/**
 * What recording the same takes at least: the price is rounded down, and left out where four decimals
 * cannot show it. Undefined where all answers are from a script.
 */
export function leastBill(bill: Bill): string | undefined {
  const isTiny = bill.usd !== undefined && bill.usd > 0 && bill.usd < SMALLEST_USD;
  return billText(bill, isTiny ? "" : priceText(bill, (usd) => `$${roundedDown(usd, USD_DIGITS)}`));
}

function billText({ answers, scripted, usage }: Bill, price: string): string | undefined {
  if (scripted === answers) return undefined;
  const others = scripted === 0 ? "" : `, beside ${scripted} from a script`;
  return `${totalTokens(usage)} tokens${price}${others}`;
}

function priceText({ usd }: Bill, shown: (usd: number) => string): string {
  return usd === undefined ? " (price unknown)" : `, ${shown(usd)}`;
}

const USD_DIGITS = 4;

/** The least that these digits can show. */
const SMALLEST_USD = 0.0001;

/** As in `$0.0014`. */
export function formatUsd(usd: number): string {
  return usd > 0 && usd < SMALLEST_USD
    ? `less than $${SMALLEST_USD}`
    : `$${usd.toFixed(USD_DIGITS)}`;
}
