import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { extractBlobs, restoreBlobs } from "./blob-reference.ts";

const STARTS: Readonly<Record<string, string>> = {
  png: "\x89PNG\r\n\x1a\n",
  jpg: "\xff\xd8\xff\xe0",
  gif: "GIF89a",
  webp: "RIFF\x10\x00\x00\x00WEBP",
  pdf: "%PDF-1.7\n",
};

function fileOf(extension: string, size = 1000): Buffer {
  return Buffer.concat([Buffer.from(STARTS[extension] ?? "", "latin1"), Buffer.alloc(size, 7)]);
}

function take(data: Json): { data: Json; found: Map<string, Uint8Array> } {
  const found = new Map<string, Uint8Array>();
  return { data: extractBlobs(data, found), found };
}

/** Back again, with the contents that were taken. */
function roundTrip(data: Json): Json {
  const taken = take(data);
  return restoreBlobs(taken.data, (name) => taken.found.get(name) ?? expect.unreachable(name));
}

describe("binary content in data", () => {
  test.each(Object.keys(STARTS))("is known as %s by its first bytes", (extension) => {
    const bytes = fileOf(extension);
    const { data, found } = take({ image: bytes.toString("base64") });
    const name = `${hash("sha256", bytes)}.${extension}`;
    expect(data).toEqual({ image: { $blob: name } });
    expect(found).toEqual(new Map([[name, bytes]]));
  });

  test("is found in a data URL, whose beginning is kept", () => {
    const url = `data:image/png;base64,${fileOf("png").toString("base64")}`;
    expect(take([url]).data).toEqual([
      { $blob: expect.stringMatching(/\.png$/), before: "data:image/png;base64," },
    ]);
    expect(roundTrip([url])).toEqual([url]);
  });

  test.each([
    ["a short one", fileOf("png", 100).toString("base64")],
    ["another kind of file", Buffer.alloc(2000, 1).toString("base64")],
    ["base64 for URLs", fileOf("webp").toString("base64url")],
    ["base64 with line breaks", fileOf("png").toString("base64").replace(/.{76}/g, "$&\n")],
    ["ordinary text", "JVBERi is how a PDF begins in base64. ".repeat(50)],
  ])("stays in its place: %s", (_what, text) => {
    const { data, found } = take({ text });
    expect(data).toEqual({ text });
    expect(found.size).toBe(0);
  });

  test("is told from data that looks like a reference", () => {
    const name = `${"0".repeat(64)}.png`;
    const data = { $blob: name, list: [{ $$blob: 1, a: 2 }, { $blob: { $blob: null } }] };
    const taken = take(data);
    expect(taken.data).toEqual({
      $$blob: name,
      list: [{ $$$blob: 1, a: 2 }, { $$blob: { $$blob: null } }],
    });
    expect(taken.found.size).toBe(0);
    expect(roundTrip(data)).toEqual(data);
  });

  test("and everything else comes back as it was, for any JSON", () => {
    const base64 = fc
      .tuple(fc.constantFrom(...Object.keys(STARTS), "txt"), fc.nat(1500), fc.boolean())
      .map(([kind, size, isUrl]) => {
        const text = fileOf(kind, size).toString("base64");
        return isUrl ? `data:application/octet-stream;base64,${text}` : text;
      });
    const key = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom("$blob", "$$blob", "$$$blob", "blob", "before", "__proto__", "1"),
    );
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        base64,
        fc.string({ maxLength: 4 }),
        fc.constantFrom<Json>(null, true, 0),
        fc.array(tie("value"), { maxLength: 3 }),
        fc
          .array(fc.tuple(key, tie("value")), { maxLength: 3 })
          .map((fields): Json => Object.fromEntries(fields)),
      ),
    })).value;
    fc.assert(
      fc.property(json, (data) => {
        const back = roundTrip(data);
        expect(back).toEqual(data);
        expect(JSON.stringify(back)).toBe(JSON.stringify(data));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Json]>([
    ["a path out of the folder", { $blob: `../${"0".repeat(64)}.png` }],
    ["an absolute path", { $blob: "/etc/passwd" }],
    ["a path below the folder", { $blob: `a/${"0".repeat(64)}.png` }],
    ["another kind of file", { $blob: `${"0".repeat(64)}.sh` }],
    ["a line break behind the name", { $blob: `${"0".repeat(64)}.png\n` }],
    ["a number", { $blob: 1 }],
    ["more fields", { $blob: `${"0".repeat(64)}.png`, after: "" }],
  ])("is not read by a reference that is %s", (_what, data) => {
    const read = () => expect.unreachable("a file was read");
    expect(() => restoreBlobs([data], read)).toThrow(/"\$blob"/);
  });
});
