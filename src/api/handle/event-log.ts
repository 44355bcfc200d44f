import type { RunEvent } from "../../runtime/state/run-event.ts";

/** How a run ended, for those that read its events. */
type LogEnd =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

/** Events that a reader may be behind before it loses deltas of answers that have ended. */
const MOST_BEHIND = 10_000;

/** Events in a row: the deltas of one answer, or events that are no deltas. */
interface Chunk {
  events: RunEvent[];
  /** Its neighbours among those that late readers get. */
  before: Chunk | undefined;
  after: Chunk | undefined;
  isDropped: boolean;
}

/** A place in the chain of all chunks. Only readers hold on to it, so what all have read is gone. */
interface Cell {
  readonly events: RunEvent[];
  readonly chunk: Chunk;
  /** Events before it. */
  readonly from: number;
  next: Cell | undefined;
}

/**
 * The events of one run, for any number of readers. Once an answer has ended, its whole text stands
 * in one event: the log drops its deltas. Readers that keep up get them all the same.
 */
export class EventLog {
  /** The answers under way, by call, with the chunks of their deltas. */
  readonly #answers = new Map<string, Chunk[]>();
  readonly #readers = new Set<EventReader>();
  #waiting: (() => void)[] = [];
  #first: Chunk | undefined;
  #last: Chunk | undefined;
  #tail: Cell;
  /** The answer that the last chunk is of; undefined where it is one of other events. */
  #tailAnswer: Chunk[] | undefined;
  #count = 0;
  #end: LogEnd | undefined;

  constructor() {
    this.#tail = this.#newCell([]);
  }

  append(event: RunEvent): void {
    const isDelta = event.kind === "text-delta" || event.kind === "thinking-delta";
    const answer = isDelta ? this.#answerOf(event.callId) : undefined;
    if (!isDelta && endsAnswer(event)) this.#drop(event.callId);
    if (this.#tailAnswer === answer) this.#tail.events.push(event);
    else this.#add(event, answer);
    this.#count++;
    if (this.#waiting.length > 0) this.wake();
  }

  /** Says that nothing follows. */
  end(end: LogEnd): void {
    this.#end = end;
    for (const callId of [...this.#answers.keys()]) this.#drop(callId);
    this.wake();
  }

  /** Undefined while the run goes on. */
  get ended(): LogEnd | undefined {
    return this.#end;
  }

  /** A reader of all events from the first on. */
  reader(): EventReader {
    const reader = new EventReader({
      first: () => this.#first,
      tail: () => this.#tail,
      close: () => this.#readers.delete(reader),
    });
    this.#readers.add(reader);
    return reader;
  }

  /** Calls back at the next event, or at the end. */
  onMore(callback: () => void): void {
    this.#waiting.push(callback);
  }

  /** Calls back all that wait, so that they look again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  #answerOf(callId: string): Chunk[] {
    const known = this.#answers.get(callId);
    if (known) return known;
    const chunks: Chunk[] = [];
    this.#answers.set(callId, chunks);
    return chunks;
  }

  #add(event: RunEvent, answer: Chunk[] | undefined): void {
    const cell = this.#newCell([event]);
    answer?.push(cell.chunk);
    this.#tail.next = cell;
    this.#tail = cell;
    this.#tailAnswer = answer;
  }

  #newCell(events: RunEvent[]): Cell {
    const chunk: Chunk = { events, before: this.#last, after: undefined, isDropped: false };
    if (this.#last) this.#last.after = chunk;
    else this.#first = chunk;
    this.#last = chunk;
    return { events, chunk, from: this.#count, next: undefined };
  }

  /** Drops the deltas of the answer that a call was getting. */
  #drop(callId: string): void {
    const chunks = this.#answers.get(callId);
    if (!chunks) return;
    this.#answers.delete(callId);
    for (const chunk of chunks) this.#unlink(chunk);
    for (const reader of this.#readers) reader.dropBehind(this.#count - MOST_BEHIND);
  }

  #unlink(chunk: Chunk): void {
    const { before, after } = chunk;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    chunk.isDropped = true;
    chunk.events = [];
    chunk.after = undefined;
  }
}

function endsAnswer({ kind }: RunEvent): boolean {
  return kind === "model-response" || kind === "answer-restart" || kind === "call-end";
}

interface LogEnds {
  readonly first: () => Chunk | undefined;
  readonly tail: () => Cell;
  readonly close: () => void;
}

/**
 * One reader's place in a log. It begins among the chunks that are left, and once it has caught up it
 * follows the chain of all of them; one that falls behind is put back.
 */
export class EventReader {
  readonly #log: LogEnds;
  #cell: Cell | undefined;
  #chunk: Chunk | undefined;
  /** Events of the cell or the chunk that it has read. */
  #read = 0;

  constructor(log: LogEnds) {
    this.#log = log;
    const tail = log.tail();
    if (tail.from + tail.events.length === 0) this.#cell = tail;
  }

  /** The next event; undefined where there is none yet. */
  take(): RunEvent | undefined {
    const cell = this.#cell;
    if (!cell) return this.#takeLeft();
    const event = cell.events[this.#read];
    if (event) {
      this.#read++;
      return event;
    }
    if (!cell.next) return undefined;
    this.#cell = cell.next;
    this.#read = 1;
    return cell.next.events[0];
  }

  /** Lets go of the chain where the reader stands before this number of events. */
  dropBehind(least: number): void {
    const cell = this.#cell;
    if (!cell || cell.from + this.#read >= least) return;
    this.#chunk = cell.chunk;
    this.#cell = undefined;
  }

  close(): void {
    this.#cell = undefined;
    this.#chunk = undefined;
    this.#log.close();
  }

  #takeLeft(): RunEvent | undefined {
    for (;;) {
      const chunk = this.#chunk;
      const event = chunk?.events[this.#read];
      if (chunk && event) {
        this.#read++;
        if (chunk === this.#log.tail().chunk) this.#follow(this.#read);
        return event;
      }
      const next = this.#nextLeft(chunk);
      if (!next) break;
      this.#chunk = next;
      this.#read = 0;
    }
    this.#follow(this.#log.tail().events.length);
    return undefined;
  }

  #nextLeft(chunk: Chunk | undefined): Chunk | undefined {
    if (chunk && !chunk.isDropped) return chunk.after;
    let before = chunk?.before;
    while (before?.isDropped) before = before.before;
    return before ? before.after : this.#log.first();
  }

  /** The reader has caught up: from here on it misses nothing. */
  #follow(read: number): void {
    this.#cell = this.#log.tail();
    this.#read = read;
    this.#chunk = undefined;
  }
}
