import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_MESSAGE_BYTES, MessageLines } from "./message-lines.ts";

test("lines are the same however the output is cut into pieces", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n]/g, ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), fc.boolean(), (lines, cuts, isDos) => {
      const end = isDos ? "\r\n" : "\n";
      let rest = Buffer.from(lines.map((one) => one + end).join(""));
      const reader = new MessageLines();
      const read: string[] = [];
      for (const cut of cuts) {
        read.push(...reader.add(rest.subarray(0, cut)));
        rest = rest.subarray(cut);
      }
      read.push(...reader.add(rest));
      expect(read).toEqual(lines);
    }),
  );
});

test("a line of the largest size is read, and one more byte is not", () => {
  const reader = new MessageLines();
  const largest = Buffer.alloc(MAX_MESSAGE_BYTES, "x");
  expect(reader.add(Buffer.concat([largest, Buffer.from("\nshort\n")])).length).toBe(2);
  expect(reader.isTooLong).toBe(false);
  expect(reader.add(Buffer.from("before\n"))).toEqual(["before"]);
  expect(reader.add(Buffer.concat([Buffer.from("last\n"), largest]))).toEqual(["last"]);
  expect(reader.isTooLong).toBe(false);
  expect(reader.add(Buffer.from("y"))).toEqual([]);
  expect(reader.isTooLong).toBe(true);
  expect(reader.add(Buffer.from("\nno more\n"))).toEqual([]);
});
