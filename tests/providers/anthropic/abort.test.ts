import { getEventListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  allEvents,
  ask,
  fakeServer,
  piecesReply,
  sse,
  start,
  stop,
  streamReply,
  textBlock,
  untilError,
} from "./fake-server.ts";

const server = fakeServer();
const reason = new Error("the person went home");

function hangingReply(): Response {
  return piecesReply([new TextEncoder().encode(sse(start, ...textBlock(0, "a")))], "hang");
}

test("an abort before the request throws its reason and sends nothing", async () => {
  const received = server.serve(hangingReply);
  const { error } = await untilError(ask(AbortSignal.abort(reason)));
  expect(error).toBe(reason);
  expect(received).toEqual([]);
});

test("an abort while the answer hangs throws its reason at once", async () => {
  server.serve(hangingReply);
  const controller = new AbortController();
  const stream = untilError(ask(controller.signal));
  await delay(50);
  controller.abort(reason);
  const { events, error } = await stream;
  expect(error).toBe(reason);
  expect(events.map((event) => event.kind)).toEqual(["text-delta", "part"]);
});

test("an abort between two events throws its reason at the next", async () => {
  server.serve(hangingReply);
  const controller = new AbortController();
  const iterator = ask(controller.signal)[Symbol.asyncIterator]();
  await iterator.next();
  controller.abort(reason);
  await expect(iterator.next()).rejects.toBe(reason);
});

test("an abort before the server answers throws its reason at once", async () => {
  const controller = new AbortController();
  server.serve(() => {
    controller.abort(reason);
    return hangingReply();
  });
  expect((await untilError(ask(controller.signal))).error).toBe(reason);
});

describe("the request ends", () => {
  function watchedReply(): { reply: () => Response; cancelled: () => boolean } {
    let cancelled = false;
    const bytes = new TextEncoder().encode(sse(start, ...textBlock(0, "a")));
    const reply = () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes),
        cancel: () => {
          cancelled = true;
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    return { reply, cancelled: () => cancelled };
  }

  test("when its consumer stops early", async () => {
    const { reply, cancelled } = watchedReply();
    server.serve(reply);
    for await (const event of ask()) {
      expect(event.kind).toBe("text-delta");
      break;
    }
    await expect.poll(cancelled).toBe(true);
  });

  test("when it is aborted while the answer hangs", async () => {
    const { reply, cancelled } = watchedReply();
    server.serve(reply);
    const controller = new AbortController();
    const stream = untilError(ask(controller.signal));
    await delay(50);
    controller.abort(reason);
    await stream;
    await expect.poll(cancelled).toBe(true);
  });
});

test("requests leave no listeners on the signal of their run", async () => {
  server.serve(() => streamReply(sse(start, ...textBlock(0, "a"), ...stop)));
  const { signal } = new AbortController();
  for (let count = 0; count < 3; count++) await allEvents(ask(signal));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
