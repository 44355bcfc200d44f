import fc from "fast-check";
import { expect, test } from "vitest";
import { createClient, responseEvents } from "./sdk-client.ts";

const client = createClient({
  provider: "openai",
  baseUrl: "https://responses.test/v1",
  apiKey: "k",
  keyVariable: "K",
  headers: {},
  query: {},
});

test("events do not depend on where the bytes are cut, line ends or comments", async () => {
  const events = fc.array(fc.record({ type: fc.string({ unit: "binary" }) }), { maxLength: 5 });
  const lineEnd = fc.constantFrom("\n", "\r\n");
  await fc.assert(
    fc.asyncProperty(events, lineEnd, fc.array(fc.nat()), async (sent, end, places) => {
      const text = sent.map((event) => `: note${end}data: ${JSON.stringify(event)}${end}${end}`);
      const bytes = new TextEncoder().encode(text.join(""));
      const response = new Response(streamOf(bytes, places));
      const heard: unknown[] = [];
      for await (const event of responseEvents(client, response, new AbortController())) {
        heard.push(event);
      }
      expect(heard).toEqual(sent);
    }),
  );
});

function streamOf(bytes: Uint8Array, places: readonly number[]): ReadableStream<Uint8Array> {
  const at = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const starts = [0, ...at];
  return new ReadableStream({
    start(controller) {
      for (const [index, start] of starts.entries()) {
        controller.enqueue(bytes.slice(start, at[index] ?? bytes.length));
      }
      controller.close();
    },
  });
}
