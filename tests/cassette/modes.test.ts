import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { userText } from "../../src/model/message.ts";
import {
  failure,
  goingOn,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const [one, two, three] = [question("One?"), question("Two?"), question("Three?")] as const;

describe("replay", () => {
  test("never asks the transport behind it, hit or miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    const session = new TestSession({ path, mode: "replay" }, saying("live"));
    expect(await session.ask(one)).toEqual(saying("1"));
    await expect(session.ask(two)).rejects.toMatchObject({ code: "cassette-miss" });
    expect(session.asked).toEqual([]);
    expect(session.close().exchanges).toEqual({ served: 1, live: 0, missed: 1, unused: 0 });
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("without a cassette is a miss that says how to record one", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    expect(await report(() => run({ path }, [[one]]), folder.path)).toMatchInlineSnapshot(`
      "Failed to replay "a.yaml": there is no such cassette
      Try: record it: --cassette a.yaml --mode record
      Try: check the path"
    `);
  });
});

describe("auto", () => {
  test("answers what is recorded and records the rest", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[two, saying("2")]]);
    const { answers, asked, summary } = await run({ path, mode: "auto" }, [
      [one, saying("1")],
      [two],
      [three, saying("3")],
    ]);
    expect(answers).toEqual([saying("1"), saying("2"), saying("3")]);
    expect(asked).toEqual([one, three]);
    expect(summary.exchanges).toEqual({ served: 1, live: 2, missed: 0, unused: 0 });
    const replayed = await run({ path }, [[three], [two], [one]]);
    expect(replayed.answers).toEqual([saying("3"), saying("2"), saying("1")]);
  });

  test("goes on from what is recorded, and says it only once", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    const more = goingOn(one, saying("1"), userText("Sure?"));
    await run({ path, mode: "auto" }, [[one], [more, saying("Sure.")]]);
    expect(textOf(path).match(/One\?/g)).toHaveLength(1);
    expect(problems(path)).toEqual([]);
    expect((await run({ path }, [[one], [more]])).answers).toEqual([saying("1"), saying("Sure.")]);
  });

  test("leaves nothing behind when the first answer never came", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession({ path, mode: "auto" }, new Error("no network"));
    await expect(session.ask(one)).rejects.toThrow("no network");
    session.close({ ok: false });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("record", () => {
  test("replaces the cassette when the run ended well", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    const session = new TestSession({ path, mode: "record" }, saying("new"));
    expect(await session.ask(one)).toEqual(saying("new"));
    expect(textOf(path)).toContain("old");
    session.close();
    expect(textOf(path)).not.toContain("old");
    expect((await run({ path }, [[one]])).answers).toEqual([saying("new")]);
    expect(session.session.leftover).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("keeps the cassette and what it recorded apart when the run failed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    const before = textOf(path);
    const session = new TestSession({ path, mode: "record" }, saying("new"));
    await session.ask(one);
    session.close({ ok: false });
    expect(textOf(path)).toBe(before);
    expect(session.session.leftover).toBe(`${path}.recording`);
    expect((await run({ path: `${path}.recording` }, [[one]])).answers).toEqual([saying("new")]);
    await record(path, [[one, saying("newer")]]);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("reports nothing as left over when nothing was recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession({ path, mode: "record" }, new Error("no network"));
    await expect(session.ask(one)).rejects.toThrow("no network");
    session.close({ ok: false });
    expect(session.session.leftover).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("of a run that asked nothing is a cassette without entries", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    new TestSession({ path, mode: "record" }).close();
    expect(textOf(path)).toBe("cassette: 1\n");
  });

  test("replaces a damaged cassette and one of another version", async () => {
    using folder = temporaryFolder();
    for (const text of ["cassette: 9\n---\nnew: things\n", "cassette: 1\n---\nnonsense: 1\n", ""]) {
      const path = join(folder.path, "a.yaml");
      writeFileSync(path, text);
      await record(path, [[one, saying("1")]]);
      expect(problems(path)).toEqual([]);
    }
  });

  test.each(["a worker file", "a folder"])("never replaces %s", async (what) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.worker");
    if (what === "a folder") mkdirSync(path);
    else writeFileSync(path, "---\nmodel: test\n---\nYou organize files.\n");
    const error = await failure(() => record(path, [[one, saying("1")]]));
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(error.reason).toMatch(/stands there$/);
    expect(readdirSync(folder.path)).toEqual(["main.worker"]);
  });
});
