import { answerEvents } from "../../model/answer.ts";
import { DEFAULT_RETRY_POLICY } from "../../providers/retry.ts";
import { times } from "../../words/counted.ts";
import type { LoggedExchange, Turn } from "../run/exchange-log.ts";

/** One thing that goes wrong, or otherwise than it was recorded, in a run of a case. */
export type Fault =
  /** The answer ends in the middle of a part, as at its limit of tokens. */
  | { readonly kind: "truncated"; readonly at: Turn; readonly part: number; readonly cut: number }
  /** The arguments of a tool call end in the middle: they are not JSON. */
  | { readonly kind: "broken-json"; readonly at: Turn; readonly part: number; readonly cut: number }
  /** The model refuses, instead of what it answered or after it. */
  | { readonly kind: "refused"; readonly at: Turn; readonly isMute: boolean }
  /** The provider is overloaded after some events of the stream, the first `times` times. */
  | {
      readonly kind: "overloaded";
      readonly at: Turn;
      readonly events: number;
      readonly times: number;
    }
  /** A person interrupts the run after some events of a stream. */
  | { readonly kind: "interrupted"; readonly at: Turn; readonly events: number }
  /** A person interrupts the run while the code of a tool runs: the how manieth, from 0. */
  | { readonly kind: "interrupted-tool"; readonly run: number }
  /** The text comes in other pieces; each number is where a piece ends. */
  | { readonly kind: "split"; readonly at: Turn; readonly cuts: readonly number[] }
  /** The calls of one answer run one after the other, in this order. */
  | { readonly kind: "reordered"; readonly at: Turn; readonly order: readonly number[] };

/** A fault of an answer, as opposed to one of the code. */
export type AnswerFault = Exclude<Fault, { readonly kind: "interrupted-tool" }>;

/** What went otherwise, in words. */
export function describeFault(fault: Fault): string {
  if (fault.kind === "interrupted-tool") {
    return `a person interrupts while code runs (the ${fault.run + 1}. that runs)`;
  }
  const answer = `answer ${fault.at.number} of ${fault.at.callId}`;
  switch (fault.kind) {
    case "truncated":
      return `${answer} is cut after ${fault.cut} characters of its part ${fault.part + 1}`;
    case "broken-json":
      return `${answer} has a call whose JSON is cut after ${fault.cut} characters`;
    case "refused":
      return `${answer} is a refusal${fault.isMute ? " without a word" : ""}`;
    case "overloaded":
      return `the provider is overloaded after ${fault.events} events of ${answer}, ${times(fault.times)}`;
    case "interrupted":
      return `a person interrupts after ${fault.events} events of ${answer}`;
    case "split":
      return `${answer} comes in pieces that end at ${fault.cuts.join(", ")}`;
    case "reordered":
      return `the calls of ${answer} run in the order ${fault.order.map((one) => one + 1).join(", ")}`;
  }
}

/** Whether a run with these faults must come to the same as one without. */
export function areHarmless(
  faults: readonly Fault[],
  exchanges: readonly LoggedExchange[],
): boolean {
  return faults.every((fault) => {
    if (fault.kind === "split" || fault.kind === "reordered") return true;
    return fault.kind === "overloaded" && isRetried(fault, exchanges);
  });
}

/** A provider is asked again as long as no call had ended before it broke off. */
function isRetried(
  { at, events, times }: Extract<Fault, { kind: "overloaded" }>,
  exchanges: readonly LoggedExchange[],
): boolean {
  const exchange = exchanges.find(
    ({ callId, number }) => callId === at.callId && number === at.number,
  );
  if (!exchange || times > DEFAULT_RETRY_POLICY.maxRetries) return false;
  const before = [...answerEvents(exchange.answer)].slice(0, events);
  return !before.some((event) => event.kind === "part" && event.part.kind === "tool-call");
}
