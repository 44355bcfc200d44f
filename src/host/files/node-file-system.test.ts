import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failingDisk } from "../../../tests/support/failing-disk.ts";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem } from "./node-file-system.ts";

const { write, createExclusive, openAppend, appendLine, readPart, kindAt } = nodeFileSystem;

function errorOf(action: () => unknown): LlmDoError {
  try {
    action();
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Puts something that is no regular file at a path. */
const FOREIGN: Readonly<Record<string, (path: string) => void>> = {
  "symbolic link": (path) => symlinkSync("victim", path),
  "symbolic link to nothing": (path) => symlinkSync("missing", path),
  folder: (path) => mkdirSync(path),
  pipe: (path) => execFileSync("mkfifo", [path]),
};

describe("a file that is written", () => {
  test("is whole old or whole new, wherever the disk fails, and nothing is left beside it", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a/b/file.txt");
    const codes = fc.constantFrom("ENOSPC", "EROFS", "EIO", "EDQUOT");
    const scenario = fc.record({ at: fc.integer({ min: 1, max: 6 }), code: codes });
    let failures = 0;
    fc.assert(
      fc.property(scenario, fc.string(), fc.string(), ({ at, code }, before, after) => {
        write(path, before);
        let error: unknown;
        {
          using _disk = failingDisk(folder.path, { at, code });
          try {
            write(path, after);
          } catch (thrown) {
            error = thrown;
          }
        }
        expect(readFileSync(path, "utf8")).toBe(error === undefined ? after : before);
        expect(readdirSync(join(folder.path, "a/b"))).toEqual(["file.txt"]);
        if (error === undefined) return;
        failures++;
        expect(error).toMatchObject({ code: "file", what: path });
        expect((error as LlmDoError).reason).toContain(`(${code}); what stood there is unchanged`);
      }),
    );
    expect(failures).toBeGreaterThan(20);
  });

  test("keeps the mode of the old one; a new one gets that of the umask", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file.txt");
    write(path, "1");
    expect(lstatSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
    chmodSync(path, 0o640);
    write(path, "2");
    expect(lstatSync(path).mode & 0o777).toBe(0o640);
  });

  test("may lie in a folder that is a link", () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "real"));
    symlinkSync("real", join(folder.path, "linked"));
    write(join(folder.path, "linked/file.txt"), "1");
    expect(readFileSync(join(folder.path, "real/file.txt"), "utf8")).toBe("1");
  });

  test("is refused with its path where the name is too long", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "x".repeat(300));
    for (const make of [() => write(path, "1"), () => createExclusive(path, "1")]) {
      expect(errorOf(make)).toMatchObject({ what: path, tries: ["give it a shorter name"] });
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe.each(Object.keys(FOREIGN))("a %s in the place of a file", (name) => {
  test("is refused, and left alone with what it leads to", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file.txt");
    const victim = join(folder.path, "victim");
    writeFileSync(victim, "victim");
    FOREIGN[name]?.(path);
    for (const make of [() => write(path, "text"), () => openAppend(path)]) {
      expect(errorOf(make).reason).toMatch(/stands there/);
    }
    expect(createExclusive(path, "text")).toBe(false);
    expect(readFileSync(victim, "utf8")).toBe("victim");
    expect(readdirSync(folder.path)).toEqual(["file.txt", "victim"]);
    expect(kindAt(path)).toBe(
      name.includes("link") ? "link" : name === "pipe" ? "other" : "directory",
    );
  });
});

describe("a file that must not exist yet", () => {
  test("is there with its content or not at all, wherever the disk fails", () => {
    using folder = temporaryFolder();
    const made: boolean[] = [];
    for (let at = 1; at <= 5; at++) {
      const path = join(folder.path, `${at}.lock`);
      {
        using _disk = failingDisk(folder.path, { at });
        try {
          made.push(createExclusive(path, "content"));
        } catch (error) {
          expect(error).toMatchObject({ code: "file", what: path });
        }
      }
      if (kindAt(path)) expect(readFileSync(path, "utf8")).toBe("content");
    }
    expect(made).toEqual([true, true]);
    expect(readdirSync(folder.path)).toEqual(["4.lock", "5.lock"]);
    expect(createExclusive(join(folder.path, "5.lock"), "other")).toBe(false);
  });
});

test("what is appended to a full disk is not there by half", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  const file = openAppend(path);
  file.append("one\n");
  {
    using _disk = failingDisk(folder.path, { at: 1 });
    expect(errorOf(() => openAppend(path).append("two\n"))).toMatchObject({ what: path });
  }
  expect(readFileSync(path, "utf8")).toBe("one\n");
  file.close();
});

describe("a line that is appended beside others", () => {
  test("makes the file and its folders, for the owner alone", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a/b/log");
    appendLine(path, "one");
    appendLine(path, "two");
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("begins anew after one that was cut short", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "log");
    writeFileSync(path, "cut sh");
    appendLine(path, "two");
    expect(readFileSync(path, "utf8")).toBe("cut sh\ntwo\n");
  });

  test("is refused where a link or a folder stands, and nothing is written", () => {
    using folder = temporaryFolder();
    const aim = join(folder.path, "aim");
    writeFileSync(aim, "");
    symlinkSync(aim, join(folder.path, "link"));
    expect(() => appendLine(join(folder.path, "link"), "one")).toThrow(/symbolic link/);
    expect(() => appendLine(folder.path, "one")).toThrow(/a folder stands there/);
    expect(readFileSync(aim, "utf8")).toBe("");
  });

  test("leaves what others appended on a full disk, and the line after it whole", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "log");
    appendLine(path, "one");
    {
      using disk = failingDisk(folder.path, { at: 1 });
      expect(errorOf(() => appendLine(path, "two"))).toMatchObject({ code: "file", what: path });
      expect(disk.changes).toEqual([`writeSync ${path}`]); // half of the line is there
    }
    appendLine(path, "three");
    const lines = readFileSync(path, "utf8").split("\n");
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(["one", "three", ""]);
  });
});

test("a part of a file is read as far as it goes, and through no link", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  writeFileSync(path, "0123456789");
  const read = (from: number, bytes: number) =>
    Buffer.from(readPart(path, { from, bytes })).toString();
  expect([read(0, 3), read(8, 5), read(10, 1), read(20, 1)]).toEqual(["012", "89", "", ""]);
  symlinkSync(path, join(folder.path, "link"));
  expect(() => readPart(join(folder.path, "link"), { from: 0, bytes: 1 })).toThrow();
});
