import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileSystem } from "../../src/host/files/file-system.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
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
import { temporaryFolder, testHost } from "../support/host.ts";

const [one, two] = [question("One?"), question("Two?")] as const;

function platformError(code: string): Error {
  return Object.assign(new Error(`${code}: it cannot be written`), { code });
}

function hostWith(files: Partial<FileSystem>) {
  return testHost({ files: { ...nodeFileSystem, ...files } });
}

describe("the lock", () => {
  test.each(["auto", "record"] as const)(
    "refuses a second session of %s, before the model is asked",
    async (mode) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "a.yaml");
      await record(path, [[two, saying("2")]]);
      const second = new TestSession({ path, mode }, saying("1"));
      const first = new TestSession({ path, mode }, saying("1"));
      await first.ask(one);
      expect(await failure(() => second.ask(one))).toMatchObject({
        code: "cassette-refused",
        exitCode: 3,
      });
      expect(second.asked).toEqual([]);
      second.close({ ok: false });
      first.close();
      expect(problems(path)).toEqual([]);
      expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
    },
  );

  test("says who holds it", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(`${path}.lock`, "4711\n");
    const shown = await report(
      () => run({ path, mode: "auto" }, [[one, saying("1")]]),
      folder.path,
    );
    expect(shown).toMatchInlineSnapshot(`
      "Failed to record "a.yaml": process 4711 is writing it
      Try: wait for it to end, or use another cassette
      Try: if there is none, remove a.yaml.lock"
    `);
  });

  test("of a process that is gone is taken over, with a warning", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(`${path}.lock`, "4711\n");
    const host = testHost({ isProcessAlive: (processId) => processId !== 4711 });
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await run({ path, mode: "auto", host, onWarning }, [[one, saying("1")]]);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
    expect(warnings).toEqual([`${path}.lock was left by process 4711 and is taken over`]);
  });

  test("taken over keeps what the dead process had recorded until the recording ends well", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const killed = new TestSession({ path, mode: "record" }, saying("paid for"));
    await killed.ask(one);
    writeFileSync(`${path}.lock`, "4711\n");
    const host = testHost({ isProcessAlive: (processId) => processId !== 4711 });
    const next = new TestSession({ path, mode: "record", host }, saying("2"));
    await next.ask(two);
    expect(textOf(`${path}.unfinished`)).toContain("paid for");
    next.close({ ok: false });
    expect(textOf(`${path}.unfinished`)).toContain("paid for");
    await record(path, [[two, saying("2")]]);
    expect(problems(path)).toEqual([]);
  });

  test("that nobody has signed yet is not taken over", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(`${path}.lock`, "");
    const host = testHost({ isProcessAlive: () => false });
    await expect(run({ path, mode: "auto", host }, [[one, saying("1")]])).rejects.toThrow(
      "another process is writing it",
    );
  });

  test("is there while the model answers, and gone after the run, ended well or not", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    for (const ok of [true, false]) {
      const session = new TestSession({ path, mode: "auto" }, saying("1"));
      await session.ask(ok ? one : two);
      expect(JSON.parse(textOf(`${path}.lock`))).toMatchObject({ process: process.pid });
      session.close({ ok });
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });

  test("is not needed where nothing is recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    writeFileSync(`${path}.lock`, "4711\n");
    for (const mode of ["replay", "auto"] as const) await run({ path, mode }, [[one]]);
  });

  test("comes too late for what was recorded since the cassette was read: a refusal", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    const late = new TestSession({ path, mode: "auto" }, saying("2"));
    await run({ path, mode: "auto" }, [[two, saying("2")]]);
    await expect(late.ask(two)).rejects.toThrow(
      "another process recorded to it since this run began",
    );
    late.close({ ok: false });
    expect(problems(path)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });
});

describe("a disk that refuses", () => {
  /** Files of which the second append fails, with or without a part of it written. */
  function fullDisk(leaves: "nothing" | "a part"): Partial<FileSystem> {
    let appends = 0;
    return {
      openAppend: (path) => {
        const file = nodeFileSystem.openAppend(path);
        return {
          ...file,
          append: (text) => {
            if (++appends < 2) return file.append(text);
            if (leaves === "a part") file.append(text.slice(0, 60));
            throw platformError("ENOSPC");
          },
        };
      },
    };
  }

  test.each(["nothing", "a part"] as const)(
    "when it is full, having taken %s: exit code 3, and whole entries stay",
    async (leaves) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "a.yaml");
      const host = hostWith(fullDisk(leaves));
      const session = new TestSession({ path, mode: "auto", host }, saying("1"), saying("2"));
      await session.ask(one);
      const error = await failure(() => session.ask(two));
      expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
      expect(error.reason).toContain("ENOSPC");
      session.close({ ok: false });
      expect(openFile(path).slices).toHaveLength(1);
      expect((await run({ path }, [[one]])).answers).toEqual([saying("1")]);
      await run({ path, mode: "auto" }, [[one], [two, saying("2")]]);
      expect(problems(path)).toEqual([]);
    },
  );

  test("when the folder is read-only: refused before the model is asked", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const refuse = () => {
      throw platformError("EROFS");
    };
    for (const files of [{ createExclusive: refuse }, { openAppend: refuse }]) {
      const session = new TestSession({ path, mode: "auto", host: hostWith(files) }, saying("1"));
      expect(await report(() => session.ask(one), folder.path)).toBe(
        [
          'Failed to record "a.yaml": it cannot be written: the file system is read-only (EROFS)',
          "Try: name a file in a folder that you may write to",
          "Try: or name another cassette; what was recorded before is kept",
        ].join("\n"),
      );
      // Asked again, it is still the disk, not the session's own lock.
      await expect(session.ask(one)).rejects.toThrow("EROFS");
      session.close({ ok: false });
      expect(session.asked).toEqual([]);
      expect(readdirSync(folder.path)).toEqual([]);
    }
  });

  test("when the recording cannot take its place: an error, and both files stay", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    const host = hostWith({
      rename: () => {
        throw platformError("EACCES");
      },
    });
    const session = new TestSession({ path, mode: "record", host }, saying("new"));
    await session.ask(one);
    await expect(async () => session.close()).rejects.toMatchObject({ code: "cassette-refused" });
    expect(readdirSync(folder.path)).toEqual(["a.yaml", "a.yaml.recording"]);
    expect(session.session.leftover).toBe(`${path}.recording`);
  });

  test("when a blob cannot be written: no entry that names it", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(2000, 32)]);
    const data = { file: bytes.toString("base64") };
    const answer = saying("", { parts: [{ kind: "opaque", extra: { wire: "anthropic", data } }] });
    const host = hostWith({
      write: () => {
        throw platformError("ENOSPC");
      },
    });
    await expect(run({ path, mode: "auto", host }, [[one, answer]])).rejects.toMatchObject({
      code: "cassette-refused",
    });
    expect(existsSync(path) ? openFile(path).slices : []).toEqual([]);
  });
});

describe("something else in a place that the recording needs", () => {
  const MAKES: Readonly<Record<string, (path: string) => void>> = {
    "a symbolic link": (path) => symlinkSync("victim.txt", path),
    "a symbolic link to nothing": (path) => symlinkSync("missing", path),
    "a folder": (path) => mkdirSync(path),
    "a pipe": (path) => execFileSync("mkfifo", [path]),
  };
  const PLACES = ["", ".torn", ".recording", ".lock", ".blobs"];
  const cases = Object.keys(MAKES)
    .flatMap((made) => PLACES.map((place) => ({ made, place })))
    .filter(({ made, place }) => !(place === ".blobs" && made === "a folder"));

  test.each(cases)("$made in the place of FILE$place is refused", async ({ made, place }) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const victim = join(folder.path, "victim.txt");
    writeFileSync(victim, "victim\n");
    if (place !== "") await record(path, [[one, saying("old")]]);
    if (place === ".torn") writeFileSync(path, `${textOf(path)}---\nexchange: 00 foreign`);
    MAKES[made]?.(`${path}${place}`);
    const before = place === "" ? undefined : textOf(path);
    const mode = place === ".recording" ? "record" : "auto";
    const error = await failure(() => run({ path, mode }, [[two, withBlob()]]));
    expect(error.code).toMatch(
      place === "" ? /^cassette-(refused|damaged)$/ : /^cassette-refused$/,
    );
    expect(textOf(victim)).toBe("victim\n");
    if (before !== undefined) expect(textOf(path)).toBe(before);
    const lines = made === "a folder" ? undefined : lstatSync(`${path}${place}`);
    expect(lines?.isFile()).not.toBe(true);
    expect(existsSync(`${path}.lock`) && place !== ".lock").toBe(false);
  });
});

/** An answer that holds more bytes than stand in an entry. */
function withBlob() {
  const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(2000, 32)]);
  const data = { file: bytes.toString("base64") };
  return saying("", { parts: [{ kind: "opaque", extra: { wire: "anthropic", data } }] });
}

describe("a torn tail", () => {
  async function torn(path: string): Promise<string> {
    await record(path, [
      [one, saying("1")],
      [two, saying("2")],
    ]);
    const text = textOf(path).slice(0, -30);
    writeFileSync(path, text);
    return text;
  }

  test("is ignored in replay, with a warning, and the file stays as it is", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await torn(path);
    const session = new TestSession({ path });
    expect(session.session.warnings.map((line) => line.replaceAll(`${folder.path}/`, ""))).toEqual([
      "the last entry of a.yaml was cut short (229 bytes, ignored); 1 whole entry is kept",
    ]);
    expect(await session.ask(one)).toEqual(saying("1"));
    await expect(session.ask(two)).rejects.toMatchObject({ code: "cassette-miss" });
    session.close();
    expect(textOf(path)).toBe(text);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("is moved aside in auto when something is recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await torn(path);
    const session = new TestSession({ path, mode: "auto" }, saying("2"));
    expect(session.session.warnings.join()).toContain(`moved to ${path}.torn when writing`);
    await session.ask(one);
    expect(textOf(path)).toBe(text);
    await session.ask(two);
    session.close();
    expect(text.endsWith(textOf(`${path}.torn`))).toBe(true);
    expect(problems(path)).toEqual([]);
    expect((await run({ path }, [[one], [two]])).answers).toEqual([saying("1"), saying("2")]);
  });

  test("goes behind what an earlier crash left there", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const first = await torn(path);
    await run({ path, mode: "auto" }, [[one], [two, saying("2")]]);
    const left = textOf(`${path}.torn`);
    expect(first.endsWith(left)).toBe(true);
    const text = textOf(path).slice(0, -20);
    writeFileSync(path, text);
    await run({ path, mode: "auto" }, [[one], [two, saying("2")]]);
    const both = textOf(`${path}.torn`);
    expect(both.startsWith(`${left}\n---\n`)).toBe(true);
    expect(text.endsWith(both.slice(left.length + 1))).toBe(true);
  });

  test("is cut off at the right byte where the file has carriage returns and long characters", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const first = question("Où est-ce?\nLà-bas — 😀\nVraiment?\n");
    await record(path, [
      [first, saying("Là.\nOui.\n")],
      [two, saying("2")],
    ]);
    writeFileSync(path, textOf(path).slice(0, -10).replaceAll("\n", "\r\n"));
    await run({ path, mode: "auto" }, [[first], [two, saying("2")]]);
    expect(problems(path)).toEqual([]);
    const { answers } = await run({ path }, [[first], [two]]);
    expect(answers).toEqual([saying("Là.\nOui.\n"), saying("2")]);
  });

  test("that another process left is not cut off with what it had read before", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await torn(path);
    const late = new TestSession({ path, mode: "auto" }, saying("2"));
    rmSync(path);
    await record(path, [
      [one, saying("1")],
      [two, saying("2")],
    ]);
    expect(textOf(path).length).toBeGreaterThan(text.length);
    await expect(late.ask(two)).rejects.toMatchObject({ code: "cassette-refused" });
    late.close({ ok: false });
    expect(problems(path)).toEqual([]);
  });
});

describe("somebody's file in the place of what belongs to a cassette is refused, and stays", () => {
  test.each([
    ["torn", "auto"],
    ["recording", "record"],
    ["unfinished", "record"],
  ] as const)("%s", async (place, mode) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [one, saying("1")],
      [two, saying("2")],
    ]);
    const text = mode === "auto" ? textOf(path).slice(0, -30) : textOf(path);
    writeFileSync(path, text);
    const notes = "- my notes\n".repeat(3).slice(place === "torn" ? 2 : 0);
    writeFileSync(`${path}.${place}`, notes);
    const session = new TestSession({ path, mode }, saying("3"));
    await expect(session.ask(question("Three?"))).rejects.toMatchObject({
      code: "cassette-refused",
      what: `${path}.${place}`,
      message: expect.stringContaining("that llm-do did not write"),
    });
    session.close({ ok: false });
    expect(textOf(`${path}.${place}`)).toBe(notes);
    expect(textOf(path)).toBe(text);
    expect(readdirSync(folder.path)).toEqual(["a.yaml", `a.yaml.${place}`]);
  });
});
