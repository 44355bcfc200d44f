import fc from "fast-check";
import { expect, test } from "vitest";
import { hear, responsesServer, sseText, streamOf } from "./responses-server.ts";
import { completed, functionCall, itemDone, message, textDelta } from "./sample-events.ts";

const server = responsesServer();

test("what is heard does not depend on where the network cuts the bytes", async () => {
  const words = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(words, cuts, async (texts, at) => {
      const said = message("msg_1", texts.join(""));
      const call = functionCall("fc_1", "call_1", JSON.stringify({ texts }));
      const events = [
        ...texts.map((text) => textDelta(0, text)),
        itemDone(0, said),
        itemDone(1, call),
        completed([said, call]),
      ];
      const bytes = new TextEncoder().encode(sseText(events));
      server.answer(() => streamOf([bytes]));
      const whole = await hear();
      server.answer(() => streamOf(pieces(bytes, at)));
      expect(await hear()).toEqual(whole);
      expect(whole.events.at(-1)).toMatchObject({ kind: "end", stop: "tool-calls" });
      expect(whole.events.filter((event) => event.kind === "part")).toHaveLength(2);
    }),
    { numRuns: 60 },
  );
});

function pieces(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = at.map((place) => place % bytes.length).sort((left, right) => left - right);
  return [0, ...places].map((start, index) => bytes.slice(start, places[index] ?? bytes.length));
}
