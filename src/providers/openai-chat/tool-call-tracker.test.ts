import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { ToolCallTracker, type TrackedCall } from "./tool-call-tracker.ts";

const call = fc.record({
  name: fc.constantFrom("look", "find"),
  argumentsText: fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
});

/** How a server labels the pieces of its calls. */
type Labels = (position: number, isFirst: boolean) => JsonObject;

const STYLES: Readonly<Record<string, Labels>> = {
  "id on the first piece, index on all": (position, isFirst) =>
    isFirst ? { id: `c${position}`, index: position } : { index: position },
  "id on all pieces, index always 0": (position) => ({ id: `c${position}`, index: 0 }),
  "index only": (position) => ({ index: position }),
  "empty ids": (position) => ({ id: "", index: position }),
};

function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...cuts.map((cut) => cut % (text.length + 1)), 0, text.length].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

describe("streamed tool calls", () => {
  test.each(Object.entries(STYLES))("come together with %s", (_, labels) => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 4 }), fc.array(fc.nat()), (calls, cuts) => {
        const tracker = new ToolCallTracker();
        const tracked = new Set<TrackedCall>();
        calls.forEach(({ name, argumentsText }, position) => {
          pieces(argumentsText, cuts).forEach((text, index) => {
            const fields = index === 0 ? { name, arguments: text } : { arguments: text };
            const entry = { ...labels(position, index === 0), function: fields };
            tracked.add(tracker.push(entry).call);
          });
        });
        const got = [...tracked].map(({ name, argumentsText }) => ({ name, argumentsText }));
        expect(got).toEqual(calls);
      }),
    );
  });

  test("calls whose names differ are two calls, even without id, index and arguments", () => {
    const tracker = new ToolCallTracker();
    const names = ["look", "find"].map((name) => tracker.push({ function: { name } }).call.name);
    expect(names).toEqual(["look", "find"]);
  });
});
