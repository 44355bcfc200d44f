import { describe, expect, test } from "vitest";
import { groupFinder, groupProblems } from "../../scripts/bundle/groups.ts";
import { repository } from "../support/cli.ts";

const LAYOUT = {
  ways: {
    help: { from: ["src/cli/start.ts"] },
    program: { from: ["src/index.ts"] },
    later: { from: ["src/index.ts"], lazily: true },
  },
  groups: [
    { name: "base", of: ["help", "later"] },
    { name: "command", of: ["help"] },
    { name: "sdk", of: ["program"], only: "packages" },
    { name: "run", of: ["program"] },
  ],
} as const;

/** What each module imports, relative to the repository; `lazy` names those of `import()`. */
const IMPORTS: Readonly<Record<string, { to?: readonly string[]; lazy?: readonly string[] }>> = {
  "src/cli/start.ts": { to: ["src/cli/program.ts", "src/errors/codes.ts", "src/host/signals.ts"] },
  "src/cli/program.ts": { to: ["src/errors/codes.ts"], lazy: ["src/cli/commands/test.ts"] },
  "src/index.ts": { to: ["src/errors/codes.ts", "src/run.ts", "node_modules/a/b.js"] },
  "src/run.ts": { to: ["src/index.ts"], lazy: ["src/host/programs.ts"] },
  "src/host/programs.ts": { to: ["src/host/signals.ts"] },
};

const absolute = (files: readonly string[] = []) => files.map((file) => `/repository/${file}`);

const groupOf = groupFinder(LAYOUT, "/repository", (id) => {
  const found = IMPORTS[id.replace("/repository/", "")];
  return { statically: absolute(found?.to), lazily: absolute(found?.lazy) };
});

describe("a module of the bundle", () => {
  test.each([
    ["src/errors/codes.ts", "base"],
    ["src/cli/start.ts", "command"],
    ["src/cli/program.ts", "command"],
    ["src/run.ts", "run"],
    ["node_modules/a/b.js", "sdk"],
    ["src/index.ts", "run"],
  ])("%s goes to the first group whose ways all reach it: %s", (file, group) => {
    expect(groupOf(`/repository/${file}`)).toBe(group);
  });

  test("is not beside the command when a program may load it later", () => {
    expect(groupOf("/repository/src/host/signals.ts")).toBe("base");
  });

  test.each(["src/cli/commands/test.ts", "src/host/programs.ts", "src/elsewhere.ts"])(
    "%s is in no group, because no way reaches it statically",
    (file) => {
      expect(groupOf(`/repository/${file}`)).toBeUndefined();
    },
  );
});

describe("the groups of the bundle", () => {
  const bundle = LAYOUT.groups.map(({ name }) => ({ name, moduleIds: ["/repository/a.ts"] }));

  test("are well when each has modules and each way starts somewhere", () => {
    expect(groupProblems(LAYOUT, bundle, repository)).toEqual([]);
  });

  test("tell of a start that is gone", () => {
    const ways = { ...LAYOUT.ways, help: { from: ["src/cli/moved.ts"] } };
    expect(groupProblems({ ...LAYOUT, ways }, bundle, repository)).toEqual([
      `the bundle's way "help" starts at src/cli/moved.ts, which does not exist`,
    ]);
  });

  test("tell of a group without modules and of one that the bundle does not have", () => {
    const less = [{ name: "base", moduleIds: [] }, ...bundle.slice(1, 2)];
    expect(groupProblems(LAYOUT, less, repository)).toEqual([
      `the bundle's group "base" is empty`,
      `the bundle's group "sdk" is empty`,
      `the bundle's group "run" is empty`,
    ]);
  });

  test("tell of a way that there is not", () => {
    const groups = [{ name: "base", of: ["help", "lazily"] }];
    expect(groupProblems({ ...LAYOUT, groups }, bundle, repository)).toEqual([
      `the bundle's group "base" is of the way "lazily", which there is not`,
    ]);
  });
});
