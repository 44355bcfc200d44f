import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_RULES } from "../../src/cassette/rules/rules.ts";
import { pruneCassette } from "../../src/cassette/upkeep/prune.ts";
import { namedCassettes } from "../../src/testing/status/named-cassettes.ts";
import {
  failure,
  openFile,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { anyConversation, exchangesOf } from "../support/conversations.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { ask, done, listed, more, recorded } from "../support/sorting-conversation.ts";

/** What editors, hooks and version control do to a file, none of which may matter. */
const EDITS: Readonly<Record<string, (text: string) => string>> = {
  "trims the ends of lines": (text) => text.replace(/[ \t]+$/gm, ""),
  "begins with a document mark": (text) => `---\n${text}`,
  "begins with comments": (text) => `# Recorded in May.\n\n# By Ada.\n${text}`,
  "has blank lines between entries": (text) => text.replaceAll(/^---$/gm, "\n\n---\n"),
  "has comments between entries": (text) => text.replaceAll(/^---$/gm, "# before\n---\n# after\n"),
  "has comments behind separators": (text) => text.replaceAll(/^---$/gm, "--- # the next one"),
  "has blanks behind separators": (text) => text.replaceAll(/^---$/gm, "---  "),
  "has comments behind one-line fields": (text) =>
    text.replaceAll(/^(?:exchange|after|call|source|stop): \S+$/gm, "$& # checked"),
  "ends in a comment": (text) => `${text}# the end\n`,
  "ends in blank lines": (text) => `${text}\n  \n\n`,
  "lost its last line break": (text) => text.replace(/\n$/, ""),
  "has carriage returns": (text) => text.replaceAll(/\r?\n/g, "\r\n"),
  "has a byte order mark": (text) => `\ufeff${text}`,
};

function edited(path: string, names: readonly string[]): void {
  const text = names.reduce(
    (made, name) => EDITS[name]?.(made) ?? made,
    readFileSync(path, "utf8"),
  );
  writeFileSync(path, text);
}

/** Edits in the order of the list: a byte order mark comes last, before everything. */
const someEdits = fc.subarray(Object.keys(EDITS), { minLength: 1 });

describe("an edited cassette", () => {
  test("reads like the one that was written, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, someEdits, async (conversation, edits) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = exchangesOf(conversation).map(
          ({ request, answer }) => [request, answer] as const,
        );
        await record(path, exchanges);
        const before = exchanges.map(([, answer]) => answer);
        edited(path, edits);
        expect(problems(path)).toEqual([]);
        const session = new TestSession({ path });
        expect(session.session.warnings).toEqual([]);
        const { answers } = await run(
          { path },
          exchanges.map(([request]) => [request]),
        );
        expect(answers).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test.each(Object.keys(EDITS))("is found, recorded on and pruned: it %s", async (edit) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    edited(path, [edit]);
    const host = { ...testHost(), cwd: folder.path };
    const users = { casesAround: () => [], runsOf: () => [] };
    expect(namedCassettes([folder.path], users as never, host)).toEqual([path]);
    await run({ path, mode: "auto" }, [[question("New?"), saying("New.")]]);
    expect((await run({ path }, [[ask], [more], [question("New?")]])).answers).toEqual([
      listed,
      done,
      saying("New."),
    ]);
    expect(problems(path)).toEqual([]);
    const last = openFile(path).slices.length - 1;
    pruneCassette(openFile(path), [last], { host, rules: NO_RULES });
    expect((await run({ path }, [[ask], [more]])).answers).toEqual([listed, done]);
    expect(problems(path)).toEqual([]);
  });

  test("keeps its comments where another entry is removed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [question("One?"), saying("1")],
      [question("Two?"), saying("2")],
    ]);
    edited(path, ["begins with comments", "has comments between entries"]);
    pruneCassette(openFile(path), [0], { host: testHost(), rules: NO_RULES });
    expect(textOf(path)).toMatch(/^# Recorded in May\.\n(?:.*\n)*---\n# after\n\nexchange: /);
  });

  test("says the line of an entry behind comments", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(path, (await recorded(path)).replace("user: ", "user: not "));
    edited(path, ["has comments between entries"]);
    const line =
      textOf(path)
        .split("\n")
        .findIndex((text) => text.startsWith("exchange:")) + 1;
    expect(problems(path)[0]).toMatch(new RegExp(`^${line}: the key .* does not fit its request`));
  });
});

describe("marks that a merge left", () => {
  const MARKS = ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> theirs"];

  test.each(MARKS)("are named with their lines and what to do: %s", async (mark) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await recorded(path);
    const lines = text.trimEnd().split("\n");
    for (let at = 0; at <= lines.length; at++) {
      writeFileSync(path, `${lines.toSpliced(at, 0, mark).join("\n")}\n`);
      const error = await failure(() => new TestSession({ path }));
      expect(error.code).toBe("cassette-damaged");
      expect(error.place).toEqual({ file: path, line: at + 1 });
      expect(error.reason).toContain("a merge left conflict marks");
    }
  });

  test("are told in three lines, and recording anew goes on", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await recorded(path);
    writeFileSync(
      path,
      `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> theirs\n`.replaceAll("\n", "\r\n"),
    );
    const lines = text.split("\n").length;
    expect(await report(() => new TestSession({ path }), folder.path)).toBe(
      `Failed to read "a.yaml": a merge left conflict marks in it, from line 1 to ${2 * lines + 1}
  at a.yaml:1
Try: take one side: git checkout --theirs -- a.yaml (or --ours)
Try: then record what is stale: llm-do test --mode auto
Try: or record it anew with --mode record`,
    );
    await recorded(path);
    expect(problems(path)).toEqual([]);
  });

  test("are text where they are indented", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const asked = question(`${MARKS.join("\n")}\n`);
    await record(path, [[asked, saying("A merge.")]]);
    expect((await run({ path }, [[asked]])).answers).toEqual([saying("A merge.")]);
  });
});

test.each(["", "a: 1\n", "# cassette: 1\n", "list:\n  - cassette: 1\n", "  cassette: 1\n"])(
  "a file that is no cassette is not taken for one: %j",
  (text) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "b.yaml"), text);
    const users = { casesAround: () => [], runsOf: () => [] };
    const found = () => namedCassettes([folder.path], users as never, testHost());
    expect(found).toThrow("there are no cassettes in it");
  },
);
