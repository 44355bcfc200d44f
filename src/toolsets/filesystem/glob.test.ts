import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Glob, parseGlob } from "./glob.ts";

function globOf(pattern: string): Glob {
  const parsed = parseGlob(pattern);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return parsed.glob;
}

function isMatch(pattern: string, path: string): boolean {
  return walk(pattern, path).matches;
}

function walk(pattern: string, path: string): Glob {
  return path.split("/").reduce((glob, name) => glob.step(name), globOf(pattern));
}

describe("a pattern", () => {
  test.each([
    ["*", ["a", "ab.c"], ["a/b", ".a"]],
    ["**/*", ["a", "a/b", "a/b/c"], [".a", "a/.b", ".a/b"]],
    ["**", ["a", "a/b"], [".a"]],
    ["./a//b", ["a/b"], ["a", "b"]],
    ["src/**/*.ts", ["src/a.ts", "src/x/y/a.ts"], ["a.ts", "src/a.js", "src/.x/a.ts"]],
    ["**/.*", [".a", "a/.b"], ["a", ".a/b"]],
    [".git/**", [".git", ".git/a"], [".git/.b"]],
    ["a?c", ["abc", "a🎈c"], ["ac", "abbc"]],
    ["[a-c]x", ["ax", "cx"], ["dx", "x"]],
    ["[!a-c]x", ["dx", "🎈x"], ["ax"]],
    ["[]-]x", ["]x", "-x"], ["ax"]],
    ["[*]", ["*"], ["a"]],
    ["[a", ["[a"], ["a"]],
    ["*.{ts,js}", ["a.ts", "a.js"], ["a.md", "a.{ts,js}"]],
    ["{a,b/{c,d}}/e", ["a/e", "b/c/e", "b/d/e"], ["b/e", "c/e"]],
    ["{a}", ["{a}"], ["a"]],
    ["a**b", ["ab", "axxb"], ["a/b"]],
    ["a.c", ["a.c"], ["abc"]],
    ["é+(x)^$", ["é+(x)^$"], ["é"]],
  ])("%s takes %j and not %j", (pattern, taken, others) => {
    for (const path of taken) expect([path, isMatch(pattern, path)]).toEqual([path, true]);
    for (const path of others) expect([path, isMatch(pattern, path)]).toEqual([path, false]);
  });

  test("matches as trying every way would", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 5 });
    const step = fc.oneof(
      fc.constant("**"),
      fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), minLength: 1, maxLength: 5 }),
    );
    const plain = fc
      .array(step, { minLength: 1, maxLength: 5 })
      .filter((steps) => !steps.some((one) => one === "." || one === ".."));
    fc.assert(
      fc.property(plain, fc.array(name, { minLength: 1, maxLength: 5 }), (steps, names) => {
        expect(isMatch(steps.join("/"), names.join("/"))).toBe(tryEveryWay(steps, names));
      }),
      { numRuns: 2000 },
    );
  });

  test("is open as long as something further down may match", () => {
    const path = fc.array(fc.constantFrom("a", "b", ".c"), { minLength: 1, maxLength: 5 });
    const pattern = fc.array(fc.constantFrom("a", "*", "**", ".*"), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pattern, path, (steps, names) => {
        fc.pre(isMatch(steps.join("/"), names.join("/")));
        for (const length of names.keys()) {
          if (length === 0) continue;
          expect(walk(steps.join("/"), names.slice(0, length).join("/")).isOpen).toBe(true);
        }
      }),
    );
    expect(walk("a/*", "b").isOpen).toBe(false);
    expect(walk("**/*", ".git").isOpen).toBe(false);
  });

  test("of many stars takes no time", () => {
    const pattern = `${"*a".repeat(100)}b`;
    const beganMs = performance.now();
    expect(isMatch(pattern, "a".repeat(255))).toBe(false);
    expect(isMatch(`${"**/".repeat(99)}b`, `${"a/".repeat(60)}c`)).toBe(false);
    expect(performance.now() - beganMs).toBeLessThan(1000);
  });

  test.each([
    ["", "is empty"],
    ["x".repeat(301), "longer than 300"],
    ["../x", "cannot begin with / or contain .."],
    ["a/{..,b}/x", "cannot begin with / or contain .."],
    ["/x", "cannot begin with / or contain .."],
    ["{a,b}".repeat(7), "too many alternatives"],
  ])("that is %j is refused", (pattern, reason) => {
    expect(() => globOf(pattern)).toThrow(reason);
  });
});

function tryEveryWay(steps: readonly string[], names: readonly string[]): boolean {
  const [step, ...laterSteps] = steps;
  const [name, ...laterNames] = names;
  if (step === undefined) return name === undefined;
  if (step === "**") {
    const mayTake = name !== undefined && !name.startsWith(".");
    return tryEveryWay(laterSteps, names) || (mayTake && tryEveryWay(steps, laterNames));
  }
  return name !== undefined && takesName(step, name) && tryEveryWay(laterSteps, laterNames);
}

function takesName(step: string, name: string): boolean {
  return (step.startsWith(".") || !name.startsWith(".")) && takesText(step, name);
}

function takesText(step: string, name: string): boolean {
  if (step === "") return name === "";
  const rest = step.slice(1);
  if (step.startsWith("*")) {
    return takesText(rest, name) || (name !== "" && takesText(step, name.slice(1)));
  }
  const isTaken = step.startsWith("?") ? name !== "" : name !== "" && name[0] === step[0];
  return isTaken && takesText(rest, name.slice(1));
}
