import { type Answer, answerEvents } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { AnswerFault } from "./fault.ts";

/** The events that say an answer with a fault in it; those of a break are all before the break. */
export function faultyEvents(answer: Answer, fault: AnswerFault | undefined): ModelEvent[] {
  switch (fault?.kind) {
    case "truncated": {
      const parts = [...answer.parts.slice(0, fault.part), ...cutPart(answer, fault)];
      return [...answerEvents({ ...answer, parts, stop: "max-tokens" })];
    }
    case "broken-json": {
      const parts = answer.parts.map((part, index) =>
        index === fault.part ? brokenCall(part, fault.cut) : part,
      );
      return [...answerEvents({ ...answer, parts })];
    }
    case "refused": {
      const parts = fault.isMute ? [] : answer.parts;
      return [...answerEvents({ ...answer, parts, stop: "refusal" })];
    }
    case "split":
      return [...answerEvents(answer)].flatMap((event) => inPieces(event, fault.cuts));
    case "overloaded":
    case "interrupted":
      return [...answerEvents(answer)].slice(0, fault.events);
    case "reordered":
    case undefined:
      return [...answerEvents(answer)];
  }
}

interface Cut {
  readonly part: number;
  readonly cut: number;
}

/** What there is of the part in which an answer ends. */
function cutPart(answer: Answer, { part: index, cut }: Cut): readonly AnswerPart[] {
  const part = answer.parts[index];
  // A call of which nothing came, and a block that only its provider could cut, are not there.
  if (!part || part.kind === "opaque") return [];
  if (part.kind === "tool-call") return cut === 0 ? [] : [brokenCall(part, cut)];
  return [{ ...part, text: beginningOf(part.text, cut) }];
}

function brokenCall(part: AnswerPart, cut: number): AnswerPart {
  if (part.kind !== "tool-call") return part;
  return { ...part, input: {}, invalidInput: beginningOf(JSON.stringify(part.input), cut) };
}

function inPieces(event: ModelEvent, cuts: readonly number[]): readonly ModelEvent[] {
  if (event.kind !== "text-delta" && event.kind !== "thinking-delta") return [event];
  const pieces: ModelEvent[] = [];
  let from = 0;
  for (const cut of [...cuts, event.text.length]) {
    const to = beginningOf(event.text, cut).length;
    if (to > from) pieces.push({ ...event, text: event.text.slice(from, to) });
    from = Math.max(from, to);
  }
  return pieces;
}

/** The first characters of a text, no character in two. */
function beginningOf(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
