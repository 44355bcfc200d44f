import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { cassettePathOf, claimCassette, type NamedTest } from "./test-cassette-path.ts";

function named(...names: readonly string[]): NamedTest {
  return { file: "/p/tests/main.test.ts", names, id: names.join() };
}

describe("the cassette of a test", () => {
  test("stands beside its file, named like both", () => {
    expect(cassettePathOf(named("sums", "Adds two, and more!"), 1)).toBe(
      "/p/tests/cassettes/main.test/sums-adds-two-and-more.yaml",
    );
  });

  test("is numbered from the second run on", () => {
    expect(cassettePathOf(named("adds"), 2)).toBe("/p/tests/cassettes/main.test/adds-2.yaml");
  });

  test("is the same test's again when it is tried again, and no other test's", () => {
    const path = "/p/tests/cassettes/main.test/adds.yaml";
    claimCassette(path, named("adds!"));
    claimCassette(path, named("adds!"));
    try {
      claimCassette(path, named("adds?"));
      expect.unreachable("it is claimed twice");
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect(error.reason).toBe(`"adds?" and "adds!" share the cassette ${path}`);
    }
  });
});
