import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { type MessagePlace, repairedMessage } from "./rpc-message.ts";

const ONE: MessagePlace = { open: [7], isPure: true };

test("a message of the protocol stays the very same", () => {
  const result = fc.dictionary(fc.string(), fc.jsonValue()).filter((one) => !one["capabilities"]);
  fc.assert(
    fc.property(result, fc.nat(), fc.boolean(), (answer, id, isPure) => {
      const place = { open: [id], isPure };
      const messages = [
        { jsonrpc: "2.0", id, result: answer },
        { jsonrpc: "2.0", method: "ping", id },
        { jsonrpc: "2.0", method: "notifications/message", params: { error: "no answer" } },
      ] as readonly Json[]; // made of JSON
      for (const message of messages) expect(repairedMessage(message, place)).toBe(message);
    }),
  );
});

test.each<[string, MessagePlace, Json]>([
  ["none open", { open: [], isPure: true }, { id: null, error: "x" }],
  ["several open", { open: [1, 2], isPure: true }, { id: null, error: "x" }],
  ["a stray line", { open: [7], isPure: false }, { level: "error", error: "x" }],
  ["a stray line with an id", { open: [7], isPure: false }, { id: 7, level: "info" }],
  ["a result of nobody", ONE, { id: null, result: null }],
])("an answer that belongs to no request stays as it is: %s", (_what, place, message) => {
  expect(repairedMessage(message, place)).toBe(message);
});

test("an error without an id belongs to the one request that is open", () => {
  expect(repairedMessage({ error: { code: "RATE", message: "slow" } }, ONE)).toEqual({
    jsonrpc: "2.0",
    id: 7,
    error: { code: 0, message: "slow (code RATE)" },
  });
});
