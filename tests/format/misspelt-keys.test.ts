import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { FILES } from "./valid-files.ts";

describe.each(FILES)("a misspelt key in %s", (_kind, read, marked) => {
  const keys = [...marked.matchAll(/\^(\w+):/g)].map((match) => ({
    key: match[1] ?? "",
    start: match.index,
  }));
  const plain = (text: string) => text.replaceAll("^", "");

  test("is not there", () => {
    expect(() => read(plain(marked))).not.toThrow();
    expect(keys.length).toBeGreaterThan(10);
  });

  test.each(keys)("$key at $start is reported at its place with its name", ({ key, start }) => {
    const before = plain(marked.slice(0, start));
    const lines = before.split("\n");
    const wrong = misspelt(key);
    const text = before + wrong + plain(marked.slice(start + 1 + key.length));
    const error = errorOf(() => read(text));
    expect(error.place).toMatchObject({
      line: lines.length,
      column: (lines.at(-1) ?? "").length + 1,
    });
    expect(error.message).toContain(`unknown key "${wrong}"`);
    expect(error.tries).toEqual([`write "${key}"`]);
  });
});

/** The same letters, the last of them twice. */
function misspelt(key: string): string {
  return key + key.slice(-1);
}

function errorOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  return expect.unreachable("it was taken");
}
