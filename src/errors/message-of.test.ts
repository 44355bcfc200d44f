import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageOf } from "./message-of.ts";

class HttpTimeout extends Error {}

function coded(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

const refused = [
  new Error("connect ECONNREFUSED ::1:1"),
  new Error("connect ECONNREFUSED 127.0.0.1:1"),
];

describe("a message", () => {
  test.each<[string, unknown, string]>([
    ["of an error as it is", new Error(" no such file\n"), " no such file\n"],
    ["of a text that was thrown", "stop", "stop"],
    ["of an object that only looks like an error", { message: "quota" }, "quota"],
    ["of any other object as JSON", { status: 500 }, '{"status":500}'],
    ["of nothing", undefined, "undefined"],
  ])("%s", (_what, thrown, told) => {
    expect(messageOf(thrown)).toBe(told);
  });
});

describe("an error without a message is told by", () => {
  test.each<[string, unknown, string]>([
    ["its class", new TypeError(""), "TypeError without a message"],
    ["a class of its own that sets no name", new HttpTimeout(" "), "HttpTimeout without a message"],
    ["its code", coded(new Error(), "EPIPE"), "Error: EPIPE"],
    [
      "its inner errors",
      coded(new AggregateError(refused), "ECONNREFUSED"),
      "AggregateError (ECONNREFUSED): connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1",
    ],
    [
      "its causes, however deep",
      new Error("", { cause: new HttpTimeout("", { cause: new Error("socket hang up") }) }),
      "Error: HttpTimeout: socket hang up",
    ],
    [
      "equal reasons once",
      new AggregateError([new Error("a"), new Error("a")]),
      "AggregateError: a",
    ],
    [
      "as many reasons as one reads",
      new AggregateError(Array.from("abcdefg", (letter) => new Error(letter))),
      "AggregateError: a; b; c; d; e; and 2 more",
    ],
  ])("%s", (_what, thrown, told) => {
    expect(messageOf(thrown)).toBe(told);
  });

  test("a cause that leads back to the error", () => {
    const error = new Error("");
    error.cause = error;
    expect(messageOf(error)).toBe("Error without a message");
  });
});

test("an AggregateError with a message is told with its inner errors", () => {
  const error = new AggregateError(refused, "All promises were rejected");
  expect(messageOf(error)).toBe(
    "All promises were rejected: connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1",
  );
});

test("whatever is thrown, the message is not blank", () => {
  const thrown = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    fc.constantFrom("", " ", {}, Symbol("s"), Object.create(null)),
    fc.constantFrom("", " ").map((message) => new Error(message)),
  );
  fc.assert(
    fc.property(thrown, (value) => {
      expect(messageOf(value).trim()).not.toBe("");
    }),
  );
});
