import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ToolNames } from "./tool-names.ts";

function namesOf(...own: string[]): ToolNames {
  return new ToolNames(own.map((name) => ({ name })));
}

describe("a tool is sent", () => {
  test("under its own name where every API takes it", () => {
    const names = namesOf("look", "read-file_2", "n".repeat(64));
    expect(["look", "read-file_2", "n".repeat(64)].map((name) => names.sent(name))).toEqual([
      "look",
      "read-file_2",
      "n".repeat(64),
    ]);
  });

  test.each(["web_search", "web_fetch", "code_execution", "image_generation"])(
    "under another name than %s, which is a provider's own",
    (own) => {
      const names = namesOf(own, `${own}_2`);
      expect(names.sent(own)).toBe(`${own}_3`);
      expect(names.own(`${own}_3`)).toBe(own);
      expect(names.own(`${own}_2`)).toBe(`${own}_2`);
      expect(namesOf("look").sent(own)).toBe(`${own}_2`);
    },
  );

  test.each([
    ["repo.search", "repo_search"],
    ["files/read", "files_read"],
    ["web.search", "web_search_2"],
    ["größe 📏", "gr__e__"],
    ["half\ud83d", "half_"],
    ["", "unnamed"],
    ["3d-view", "_3d-view"],
    ["-x", "_-x"],
    ["7".repeat(64), `_${"7".repeat(63)}`],
    ["n".repeat(100), "n".repeat(64)],
  ])("under a name made from it: %j as %s", (own, sent) => {
    expect(namesOf(own).sent(own)).toBe(sent);
  });

  test("under a name that is no other tool's, wherever that stands", () => {
    const names = namesOf("a.b", "a/b", "a_b", "a_b_2");
    expect(["a.b", "a/b", "a_b", "a_b_2"].map((name) => names.sent(name))).toEqual([
      "a_b_3",
      "a_b_4",
      "a_b",
      "a_b_2",
    ]);
  });
});

test("a call that no tool has is not sent as one of a tool", () => {
  const names = namesOf("repo_search");
  expect(names.sent("repo.search")).toBe("repo_search_2");
  expect(namesOf("repo.search").sent("repo_search")).toBe("repo_search_2");
});

test("a name in an answer that was not sent stays as it is", () => {
  expect(namesOf("repo.search").own("repo.search")).toBe("repo.search");
});

test("whatever tools are called, the sent names fit, differ, and lead back", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "a.b",
      "a/b",
      "a_b",
      "a_b_2",
      "web_search",
      "1",
      "n".repeat(64),
      "n".repeat(65),
      "n".repeat(66),
    ),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (own) => {
      const names = namesOf(...own);
      const sent = own.map((one) => names.sent(one));
      for (const one of sent) expect(one).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
      expect(new Set(sent).size).toBe(own.length);
      expect(sent.map((one) => names.own(one))).toEqual(own);
      expect(own.map((one) => namesOf(...own).sent(one))).toEqual(sent);
    }),
  );
});
