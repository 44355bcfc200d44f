import { afterEach, describe, expect, test, vi } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { messageOf } from "../../src/errors/message-of.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";

const CODE = "{ name: (globalThis.evaluatedByFrontMatter = true) }";

const LANGUAGES = [
  "js",
  "javascript",
  " javascript",
  "\rjs",
  "JavaScript",
  "coffee",
  "coffeescript",
  "cson",
  "json",
  "toml",
  "yaml",
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
];

const scope = globalThis as { evaluatedByFrontMatter?: unknown };

afterEach(() => {
  delete scope.evaluatedByFrontMatter;
  vi.restoreAllMocks();
});

describe("front matter is data", () => {
  test.each(LANGUAGES)("---%s is refused and runs nothing", (language) => {
    const evaluate = vi.spyOn(globalThis, "eval");
    const text = `---${language}\n${CODE}\n---\nbody\n`;
    expect(refusal(text)).toContain("front matter is YAML only");
    expect(evaluate).not.toHaveBeenCalled();
    expect(scope.evaluatedByFrontMatter).toBeUndefined();
  });

  test.each(["language: javascript", "lang: js", "engines: { yaml: js }", "excerpt_separator: x"])(
    "an option of the parser library is no key: %s",
    (line) => {
      expect(refusal(`---\n${line}\n---\nbody\n`)).toContain("unknown key");
    },
  );

  test.each(["!!js/function", "!!js/undefined", "!!python/object/apply:os.system", "!<tag:x>"])(
    "the tag %s is refused",
    (tag) => {
      expect(refusal(`---\nname: ${tag} "${CODE.replaceAll('"', "")}"\n---\nbody\n`)).toMatch(
        /tag/,
      );
      expect(scope.evaluatedByFrontMatter).toBeUndefined();
    },
  );

  test("the code would have run under the parser library's own settings", async () => {
    const { default: matter } = await import("gray-matter");
    matter(`---js\n${CODE}\n---\nbody\n`, {});
    expect(scope.evaluatedByFrontMatter).toBe(true);
  });
});

function refusal(text: string): string {
  try {
    parseWorker(text, "main.worker");
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return messageOf(error);
  }
  throw new Error("it was taken");
}
