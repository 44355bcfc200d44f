/**
 * Ids of tool calls as this wire takes them: `[A-Za-z0-9_-]+`, unique in the conversation. Answers
 * of other providers name calls otherwise, and may use an id again in each answer.
 */
export class ToolIds {
  readonly #taken = new Set<string>();
  #ofAnswer = new Map<string, string>();

  /** Starts a new answer: results that follow belong to its calls. */
  beginAnswer(): void {
    this.#ofAnswer = new Map();
  }

  /** The wire's id of a call of the current answer. */
  ofCall(id: string): string {
    const base = id.replace(/[^A-Za-z0-9_-]/g, "_") || "call";
    let unique = base;
    for (let copy = 2; this.#taken.has(unique); copy++) unique = `${base}_${copy}`;
    this.#taken.add(unique);
    this.#ofAnswer.set(id, unique);
    return unique;
  }

  /** The wire's id of the call that a result answers. */
  ofResult(id: string): string {
    return this.#ofAnswer.get(id) ?? (id.replace(/[^A-Za-z0-9_-]/g, "_") || "call");
  }
}
