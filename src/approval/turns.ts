/** Lets works go on, as questions to a person are asked. */
export interface TurnTaking {
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** Lets one work go on at a time, in the order in which they came. */
export class Turns implements TurnTaking {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** Lets all go on at once. */
export const AT_ONCE: TurnTaking = { take: (work) => work() };

/** Names the questions of one run by the calls that they are about. */
export class QuestionIds {
  readonly #counts = new Map<string, number>();

  /** The id of the next question about a call. No name of a function has the sign `#` in a call's id. */
  next(callId: string): string {
    const count = (this.#counts.get(callId) ?? 0) + 1;
    this.#counts.set(callId, count);
    return count === 1 ? `${callId}#ask` : `${callId}#ask${count}`;
  }
}
