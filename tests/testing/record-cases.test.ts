import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileSystem } from "../../src/host/files/file-system.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import type { CaseSettings } from "../../src/testing/cases/run/run-case.ts";
import { caseProject, failed } from "../support/cases.ts";
import { problems } from "../support/cassettes.ts";
import { type ModelServer, modelServer } from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

const WORKERS = ["main", "first", "second", "third"] as const;

function worker(name: string, word = "carefully"): string {
  const helpers = name === "main" ? "toolsets: { first: {}, second: {}, third: {} }\n" : "";
  return `---\nmodel: anthropic:claude-haiku-4-5\n${helpers}---\nYou are ${name} and work ${word}.\n`;
}

const CASES = `
files: [main.worker, first.worker, second.worker, third.worker]
cases:
  - name: one
    input: Go.
`;

/** A model whose main worker asks its helpers one after the other and sums up. */
const asksHelpers: ModelServer["answer"] = ({ system, messages }) => {
  const name = WORKERS.find((one) => system.includes(`You are ${one} `));
  if (name !== "main") return [`${name} is done.`];
  const helper = WORKERS[(messages.length + 1) / 2];
  return helper ? [{ tool: helper, input: { input: "Do it." } }] : ["All done."];
};

async function project(answer: ModelServer["answer"] = asksHelpers) {
  const model = await modelServer(answer);
  const files = Object.fromEntries(WORKERS.map((name) => [`${name}.worker`, worker(name)]));
  const inner = caseProject(files);
  const path = join(inner.path, "cassettes/main/one.yaml");
  return {
    model,
    path,
    text: () => readFileSync(path, "utf8"),
    edit: (name: string, word: string) =>
      writeFiles(inner.path, { [`${name}.worker`]: worker(name, word) }),
    run: async (
      mode: CaseSettings["mode"],
      {
        expect: expected = "{}",
        files = nodeFileSystem,
        accept,
      }: { expect?: string; files?: FileSystem; accept?: CaseSettings["accept"] } = {},
    ) => {
      const host = { ...inner.settings.host, env: model.env, files };
      const outcome = await inner.run(`${CASES}    expect: ${expected}\n`, { mode, host, accept });
      return { ...outcome, told: failed(outcome).join("\n") };
    },
    async [Symbol.asyncDispose]() {
      inner[Symbol.dispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

/** Whose entries stand in a cassette, in their order. */
function callsIn(text: string): readonly string[] {
  return text
    .split("---\n")
    .slice(1)
    .map((entry) => /^call: (.*)$/m.exec(entry)?.[1] ?? "main");
}

describe("a cassette that auto writes anew", () => {
  test("has its entries in the order of the run, and asks only for what changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...WORKERS], { minLength: 1 }), async (edited) => {
        await using one = await project();
        await one.run("record");
        const before = one.text();
        for (const name of edited) one.edit(name, "quickly");
        const asked = one.model.asked.length;
        const { told, run } = await one.run("auto");
        expect(told).toBe("");
        expect(callsIn(one.text())).toEqual(callsIn(before));
        expect(problems(one.path)).toEqual([]);
        // The turns of main are four; the helpers answer as before, so nothing else is asked anew.
        const anew = edited.reduce((sum, name) => sum + (name === "main" ? 4 : 1), 0);
        expect(one.model.asked.length - asked).toBe(anew);
        expect(run?.summary?.exchanges).toMatchObject({ live: anew, unused: 0 });
        expect((await one.run("replay")).told).toBe("");
      }),
      { numRuns: 8 },
    );
  });

  test("differs in the lines of what changed and no others", async () => {
    await using one = await project();
    await one.run("record");
    const before = one.text().split("\n");
    one.edit("second", "quickly");
    await one.run("auto");
    const after = one.text().split("\n");
    const changed = after.filter((line) => !before.includes(line));
    expect(changed.filter((line) => !/^(?:exchange|timing): /.test(line))).toEqual([
      "system: You are second and work quickly.",
    ]);
    expect(after).toHaveLength(before.length);
  });

  test("is not touched where nothing is recorded", async () => {
    await using one = await project();
    await one.run("record");
    const before = one.text();
    const writes: string[] = [];
    expect((await one.run("auto", { files: watched(writes) })).told).toBe("");
    expect([one.text(), writes]).toEqual([before, []]);
  });
});

describe.each(["auto", "record"] as const)("a case that is recorded anew (%s)", (mode) => {
  test("keeps its old recording where an expectation fails", async () => {
    await using one = await project();
    const expected = "{ output: All done. }";
    await one.run("record", { expect: expected });
    const before = one.text();
    one.edit("main", "quickly");
    one.model.answer = () => ["Bad."];
    const { told, changes } = await one.run(mode, { expect: expected });
    expect(told).toBe(`output: the output: expected "All done.", found "Bad."
The cassette is unchanged; what was recorded is in ${one.path}.recording${mode === "auto" ? "\nTry: --mode record asks anew, --mode auto answers from what is recorded: " : ""}`);
    expect([one.text(), changes]).toEqual([before, []]);
    one.edit("main", "carefully");
    expect((await one.run("replay", { expect: expected })).told).toBe("");
  });

  test("keeps its old recording where the test runner rejects what came of it", async () => {
    await using one = await project();
    await one.run("record");
    const before = one.text();
    one.edit("main", "quickly");
    const accept = () => {
      throw new Error("not as the snapshot");
    };
    const { rejection } = await one.run(mode, { accept });
    expect(rejection?.thrown).toEqual(new Error("not as the snapshot"));
    expect(one.text()).toBe(before);
  });

  test("has either its old or its new recording, whole, at any moment", async () => {
    await using one = await project();
    await one.run("record");
    const before = one.text();
    one.edit("main", "quickly");
    const seen: string[] = [];
    await one.run(mode, { files: watched([], () => seen.push(one.text())) });
    expect(seen.length).toBeGreaterThan(5);
    expect([...new Set(seen)]).toEqual([before, one.text()]);
    expect(existsSync(`${one.path}.recording`)).toBe(false);
  });

  test("shows old and new answers side by side", async () => {
    await using one = await project();
    await one.run("record");
    one.edit("second", "quickly");
    one.model.answer = (asked, count) =>
      asked.system.includes("You are second") ? ["Second was quick."] : asksHelpers(asked, count);
    const { changes } = await one.run(mode);
    expect(changes?.find(({ call }) => call === "main/second")).toEqual({
      call: "main/second",
      before: "second is done.",
      after: "Second was quick.",
    });
  });
});

test("auto goes on where an attempt was broken off, and pays for no answer twice", async () => {
  await using one = await project();
  await one.run("record");
  const before = one.text();
  one.edit("main", "quickly");
  one.model.answer = (asked, count) =>
    asked.messages.length > 6 ? undefined : asksHelpers(asked, count);
  expect((await one.run("auto")).told).toContain("one.yaml.recording");
  expect(one.text()).toBe(before);
  const asked = one.model.asked.length;
  one.model.answer = asksHelpers;
  expect((await one.run("auto")).told).toBe("");
  // Three of the four turns of main had been answered before the provider failed.
  expect(one.model.asked.length - asked).toBe(1);
  expect(callsIn(one.text())).toEqual(callsIn(before));
  expect(problems(one.path)).toEqual([]);
  expect((await one.run("replay")).told).toBe("");
  expect(existsSync(`${one.path}.unfinished`)).toBe(false);
});

test("what an attempt left behind is not used in a replay, and is nothing unused", async () => {
  await using one = await project();
  await one.run("record");
  one.edit("main", "quickly");
  one.model.answer = () => ["Bad."];
  await one.run("auto", { expect: "{ output: All done. }" });
  expect((await one.run("replay")).told).toMatch(/^cassette: /);
  one.edit("main", "carefully");
  expect((await one.run("auto")).told).toBe("");
});

test("a first recording is kept for what it cost, whatever is expected of its output", async () => {
  await using one = await project();
  expect((await one.run("auto", { expect: "{ output: Nothing. }" })).told).toMatch(/^output: /);
  expect((await one.run("replay")).told).toBe("");
});

/** This machine's files, and a word on what is changed in them. */
function watched(writes: string[], onChange = () => {}): FileSystem {
  const told = <Args extends readonly unknown[], Result>(action: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      const result = action(...args);
      writes.push(String(args[0]));
      onChange();
      return result;
    };
  };
  const { write, rename, remove, createExclusive, openAppend } = nodeFileSystem;
  return {
    ...nodeFileSystem,
    write: told(write),
    rename: told(rename),
    remove: told(remove),
    createExclusive: told(createExclusive),
    openAppend: told((path: string) => {
      const file = openAppend(path);
      const append = told(file.append.bind(file));
      return { append, truncate: file.truncate.bind(file), close: file.close.bind(file) };
    }),
  };
}
