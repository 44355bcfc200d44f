import type { Answer } from "../../model/answer.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";
import type { Turn } from "../run/exchange-log.ts";
import type { Fault } from "./fault.ts";

/** Lets the calls of one answer run one after the other, in another order than they were made. */
export class SiblingOrder {
  readonly #faults: readonly Fault[];
  readonly #queues = new Map<string, Queue>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  readonly onAnswer = (turn: Turn, { parts }: Answer): void => {
    const fault = this.#faults.find(
      (one) =>
        one.kind === "reordered" && one.at.callId === turn.callId && one.at.number === turn.number,
    );
    this.#queues.delete(turn.callId);
    if (fault?.kind !== "reordered") return;
    const calls = parts.filter((part) => part.kind === "tool-call");
    // Calls that nobody can read do not come to the gate.
    const made = calls.flatMap(({ invalidInput }, index) =>
      invalidInput === undefined ? [fault.order.indexOf(index)] : [],
    );
    this.#queues.set(turn.callId, new Queue(made));
  };

  readonly aroundCall: AroundCall = (call, proceed) =>
    this.#queues.get(call.callerId)?.inTurn(proceed) ?? proceed();
}

/** Runs work in the order of its ranks, whatever order it comes in. */
class Queue {
  readonly #ranks: readonly number[];
  readonly #ends: readonly PromiseWithResolvers<void>[];
  #come = 0;

  /** @param ranks of the first that comes, of the second, and so on */
  constructor(ranks: readonly number[]) {
    this.#ranks = ranks;
    this.#ends = ranks.map(() => Promise.withResolvers<void>());
  }

  async inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const place = this.#come++;
    const own = this.#ranks[place] ?? Number.POSITIVE_INFINITY;
    const before = this.#ends.filter((_end, other) => (this.#ranks[other] ?? own) < own);
    await Promise.all(before.map(({ promise }) => promise));
    try {
      return await work();
    } finally {
      this.#ends[place]?.resolve();
    }
  }
}
