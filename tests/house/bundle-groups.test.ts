import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { groupProblems, isIn } from "../../scripts/bundle/groups.ts";
import { repository } from "../support/cli.ts";

const BASE = { name: "base", files: ["src/cli/main.ts", "src/host/node-host.ts"] };
const [MAIN = "", HOST = ""] = BASE.files.map((file) => join(repository, file));

describe("a group of the bundle", () => {
  test("takes the files that it names, and no others", () => {
    const test = isIn(BASE, repository);
    expect([MAIN, HOST].map(test)).toEqual([true, true]);
    expect([`${MAIN}x`, join(repository, "node_modules/x/src/cli/main.ts")].map(test)).toEqual([
      false,
      false,
    ]);
  });

  test("is well when all its files are in its file of the bundle", () => {
    const bundle = [{ name: "base", moduleIds: [HOST, MAIN] }];
    expect(groupProblems([BASE], bundle, repository)).toEqual([]);
  });

  test("tells of a file that is gone", () => {
    const moved = { name: "base", files: ["src/cli/main.ts", "src/host/moved.ts"] };
    const bundle = [{ name: "base", moduleIds: [MAIN] }];
    expect(groupProblems([moved], bundle, repository)).toEqual([
      `the bundle's group "base" names src/host/moved.ts, which does not exist`,
    ]);
  });

  test("tells of a file that was bundled elsewhere or not at all", () => {
    const says = `the bundle's group "base" names src/host/node-host.ts, which is not in its file of the bundle`;
    const elsewhere = [
      { name: "base", moduleIds: [MAIN] },
      { name: "run", moduleIds: [HOST] },
    ];
    expect(groupProblems([BASE], elsewhere, repository)).toEqual([says]);
    expect(groupProblems([BASE], elsewhere.slice(0, 1), repository)).toEqual([says]);
  });

  test("tells when no file of the bundle has its name, and when it names no file", () => {
    expect(groupProblems([BASE], [], repository)).toHaveLength(2);
    expect(groupProblems([{ name: "empty", files: [] }], [], repository)).toEqual([
      `the bundle's group "empty" names no file`,
    ]);
  });
});
