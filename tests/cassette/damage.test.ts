import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { problems, report, run } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";
import { ask, done, more, recorded } from "../support/sorting-conversation.ts";

describe("what is no cassette is an error with its place", () => {
  async function reported(content: string | Buffer | undefined): Promise<string> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    if (content === undefined) mkdirSync(path);
    else writeFileSync(path, content);
    const shown = await report(() => run({ path }, [[ask]]), folder.path);
    // In auto a live answer must not be appended to something else.
    if (!shown.includes("holds no exchange")) {
      expect(await report(() => run({ path, mode: "auto" }, [[ask, done]]), folder.path)).toBe(
        shown,
      );
    }
    return shown;
  }

  test("a worker file", async () => {
    expect(await reported("---\nmodel: test\n---\nYou organize files.\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("another YAML file", async () => {
    expect(await reported("cassettes:\n  - a\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("another version", async () => {
    expect(await reported("cassette: 2\n---\nexchange: 5f0c9a1e7b3d4c21\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it has format 2, and this version of llm-do reads format 1
        at a.yaml:1
      Try: use the version of llm-do that wrote it, or record it anew with --mode record"
    `);
  });

  test("binary garbage", async () => {
    expect(
      await reported(Buffer.from([0x89, 0x50, 0, 255, 254, 10, 0, 1, 2])),
    ).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("a folder", async () => {
    expect(await reported(undefined)).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is a directory
      Try: name a file, as in --cassette cassettes/main.yaml"
    `);
  });

  test("an empty file: a cassette without entries", async () => {
    expect(await reported("")).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the cassette holds no exchange
        at a.yaml
        call: main, request e8972f83cf36fd34
      Try: record anew with --mode record"
    `);
  });

  test("a document that is no entry", async () => {
    const text = "cassette: 1\n---\nnote: not an entry\n---\neffect: 5f0c9a1e7b3d4c21\n";
    expect(await reported(text)).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": a document begins with "note: not an entry", expected exchange, effect or decision
        at a.yaml:3
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });
});

describe("an entry that a person broke is damage with its line", () => {
  async function broken(pattern: RegExp, replacement: string): Promise<string> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await recorded(path);
    const edited = text.replace(pattern, replacement);
    expect(edited).not.toBe(text);
    writeFileSync(path, edited);
    expect(problems(path).length).toBeGreaterThan(0);
    return report(() => run({ path }, [[ask], [more]]), folder.path);
  }

  test("an unknown stop reason", async () => {
    expect(await broken(/stop: end/, "stop: ended")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is malformed: "stop" is "ended", expected one of end, tool-calls, max-tokens, stop-sequence, pause, refusal, context-window, interrupted, other
        at a.yaml:27
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("an answer that is no list", async () => {
    expect(await broken(/response:\n {2}- text: Done\./, "response: Done.")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is malformed: "response" is not a list
        at a.yaml:27
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("text that is not YAML", async () => {
    expect(await broken(/usage: \{ /, "usage: { { ")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry e8972f83cf36fd34 is not YAML: deficient indentation
        at a.yaml:25
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("an alias", async () => {
    expect(await broken(/- text: Done\./, "- text: *done")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is not YAML: it has aliases
        at a.yaml:36
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("tokens that are no number", async () => {
    expect(await broken(/outputTokens: 20/, "outputTokens: many")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry e8972f83cf36fd34 is malformed: "outputTokens" is missing or not a number
        at a.yaml:3
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });
});
