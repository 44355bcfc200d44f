import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { failureOf, makePipe, OPENERS, openTools } from "./filesystem-tools.ts";

const BASE = { base_path: "data" };

describe.each(OPENERS)("%s", (_name, open) => {
  /** A project with `data/notes.txt`, `data/sub/deep.md` and `other.txt`. */
  function project() {
    const folder = temporaryFolder();
    writeFiles(folder.path, {
      "data/notes.txt": "Grüße 🎈!",
      "data/sub/deep.md": "deep",
      "data/.hidden": "hidden",
      "other.txt": "other",
    });
    return Object.assign(folder, { at: (path: string) => join(folder.path, path) });
  }

  describe("read_file", () => {
    test("answers the whole of a short file", async () => {
      using folder = project();
      const { read } = openTools(folder.path, BASE, open);
      const whole = { content: "Grüße 🎈!", truncated: false, total_chars: 8 };
      expect(await read({ path: "notes.txt" })).toEqual(whole);
      expect(await read({ path: "./sub/..//notes.txt" })).toEqual(whole);
      expect(await read({ path: folder.at("data/notes.txt") })).toEqual(whole);
    });

    test("answers a piece, and where the next one begins", async () => {
      using folder = project();
      const { read } = openTools(folder.path, BASE, open);
      expect(await read({ path: "notes.txt", max_chars: 2, offset: 6 })).toEqual({
        content: "🎈!",
        truncated: false,
        total_chars: 8,
      });
      expect(await read({ path: "notes.txt", max_chars: 1, offset: 6 })).toEqual({
        content: "🎈",
        truncated: true,
        total_chars: 8,
        next_offset: 7,
      });
      expect(await read({ path: "notes.txt", offset: 100 })).toEqual({
        content: "",
        truncated: false,
        total_chars: 8,
      });
    });

    test("answers 20,000 characters where no number is given", async () => {
      using folder = project();
      writeFileSync(folder.at("data/long.txt"), "x".repeat(20_001));
      const answer = await openTools(folder.path, BASE, open).read({ path: "long.txt" });
      expect(answer).toMatchObject({ truncated: true, total_chars: 20_001, next_offset: 20_000 });
    });

    test.each([
      ["nothing.txt", '"nothing.txt" does not exist'],
      ["no/thing.txt", '"no" does not exist'],
      ["notes.txt/x", '"notes.txt" is not a folder'],
      ["sub", "it is a folder; list it with list_files"],
      [".", "it is a folder; list it with list_files"],
      ["", "the path is empty"],
      ["~/x", '"~" is not expanded; give a relative path, or an absolute one'],
      ["../other.txt", "it is outside of base_path, the only folder that can be reached"],
      ["/etc/passwd", "it is outside of base_path, the only folder that can be reached"],
      ["../data-2/x", "it is outside of base_path, the only folder that can be reached"],
      ["\ud800", "the path is not valid Unicode"],
      ["x".repeat(300), "the path is too long"],
      ["x/".repeat(3000), "the path is too long"],
    ])("says what is wrong with %j", async (path, reason) => {
      using folder = project();
      const failure = await failureOf(openTools(folder.path, BASE, open).read({ path }));
      expect(failure).toMatch(/^Failed to read "/);
      expect(failure.endsWith(`": ${reason}`), failure).toBe(true);
    });

    test("shows a NUL in a path as something that can be seen", async () => {
      using folder = project();
      expect(await failureOf(openTools(folder.path, BASE, open).read({ path: "a\0b" }))).toBe(
        'Failed to read "a\\0b": the path contains a NUL character',
      );
    });

    test.each([
      ["bytes that are not UTF-8", Buffer.from([0x50, 0xff, 0x41])],
      ["a NUL", Buffer.from("a\0b")],
    ])("refuses a file with %s", async (_what, bytes) => {
      using folder = project();
      writeFileSync(folder.at("data/x"), bytes);
      expect(await failureOf(openTools(folder.path, BASE, open).read({ path: "x" }))).toBe(
        'Failed to read "x": it is not UTF-8 text; pass a binary file as an attachment instead',
      );
    });

    test("refuses a file over 10 MiB and takes one of 10 MiB", async () => {
      using folder = project();
      const { read } = openTools(folder.path, BASE, open);
      const bytes = Buffer.alloc(10 * 1024 ** 2, "x");
      writeFileSync(folder.at("data/big"), bytes);
      expect(await read({ path: "big" })).toMatchObject({ total_chars: bytes.length });
      truncateSync(folder.at("data/big"), bytes.length + 1);
      expect(await failureOf(read({ path: "big" }))).toBe(
        'Failed to read "big": it is larger than 10 MiB, the most that is read or written',
      );
    });

    test("does not wait for a pipe, and refuses it", async () => {
      using folder = project();
      makePipe(folder.at("data/pipe"));
      const { read, write } = openTools(folder.path, BASE, open);
      const reason = "it is a pipe, a device or a socket, not a file";
      expect(await failureOf(read({ path: "pipe" }))).toContain(reason);
      expect(await failureOf(write({ path: "pipe", content: "x" }))).toContain(reason);
      expect(
        await failureOf(openTools(folder.path, {}, open).read({ path: "/dev/zero" })),
      ).toContain(reason);
    });
  });

  describe("write_file", () => {
    test("makes a file and its folders", async () => {
      using folder = project();
      const { write, read } = openTools(folder.path, BASE, open);
      expect(await write({ path: "a/b/c.txt", content: "é🎈" })).toBe(
        "Wrote 2 characters to a/b/c.txt",
      );
      expect(await read({ path: "a/b/c.txt" })).toMatchObject({ content: "é🎈" });
      expect(readFileSync(folder.at("data/a/b/c.txt"), "utf8")).toBe("é🎈");
    });

    test("replaces a file as a whole, keeps its mode, and leaves nothing beside it", async () => {
      using folder = project();
      const path = folder.at("data/notes.txt");
      chmodSync(path, 0o751);
      linkSync(path, folder.at("same-file"));
      const before = readdirSync(folder.at("data"));
      const { write } = openTools(folder.path, BASE, open);
      expect(await write({ path: "notes.txt", content: "new" })).toBe(
        "Wrote 3 characters to notes.txt",
      );
      expect(readFileSync(path, "utf8")).toBe("new");
      expect(statSync(path).mode & 0o777).toBe(0o751);
      // A second name of the old file still has the old content: it was not written into.
      expect(readFileSync(folder.at("same-file"), "utf8")).toBe("Grüße 🎈!");
      expect(readdirSync(folder.at("data"))).toEqual(before);
    });

    test.each([
      ["sub", "x", "it is a folder; list it with list_files"],
      ["sub/", "x", "the path ends with /, as that of a folder does"],
      [".", "x", "it is a folder; list it with list_files"],
      ["notes.txt/x", "x", '"notes.txt" is not a folder'],
      ["../x", "x", "it is outside of base_path, the only folder that can be reached"],
      ["a.txt", "\ud83c", "the content is not valid Unicode"],
      ["a.txt", "a\0", "the content contains a NUL character, which no text has"],
      ["a.txt", "é".repeat(5 * 1024 ** 2 + 1), "the content is larger than 10 MiB"],
      ["x".repeat(300), "x", "the path is too long"],
    ])("says what is wrong with writing to %j", async (path, content, reason) => {
      using folder = project();
      const before = readdirSync(folder.path, { recursive: true });
      const failure = await failureOf(openTools(folder.path, BASE, open).write({ path, content }));
      expect(failure.endsWith(`": ${reason}`), failure).toBe(true);
      expect(readdirSync(folder.path, { recursive: true })).toEqual(before);
    });

    test("makes the folder base_path where there is none", async () => {
      using folder = project();
      const { write, list } = openTools(folder.path, { base_path: "new/folder" }, open);
      expect(await failureOf(list())).toContain(
        "the folder that paths are relative to does not exist",
      );
      await write({ path: "x.txt", content: "x" });
      expect(readFileSync(folder.at("new/folder/x.txt"), "utf8")).toBe("x");
    });
  });

  describe("list_files", () => {
    test("answers files and folders, sorted, as paths that the other tools take", async () => {
      using folder = project();
      const { list } = openTools(folder.path, BASE, open);
      const all = { entries: ["notes.txt", "sub/", "sub/deep.md"], truncated: false };
      expect(await list()).toEqual(all);
      expect(await list({ path: "./sub/../" })).toEqual(all);
      expect(await list({ path: "sub" })).toEqual({ entries: ["sub/deep.md"], truncated: false });
      expect(await list({ pattern: "**/*.{md,rst}" })).toMatchObject({ entries: ["sub/deep.md"] });
      expect(await list({ pattern: "*" })).toMatchObject({ entries: ["notes.txt", "sub/"] });
      expect(await list({ pattern: ".*" })).toMatchObject({ entries: [".hidden"] });
    });

    test("leaves out links and pipes, follows none, and says so", async () => {
      using folder = project();
      symlinkSync("..", folder.at("data/up"));
      symlinkSync(".", folder.at("data/loop"));
      makePipe(folder.at("data/pipe"));
      const { list } = openTools(folder.path, BASE, open);
      expect(await list()).toEqual({
        entries: ["notes.txt", "sub/", "sub/deep.md"],
        truncated: false,
        note: "left out: 3 links, pipes or devices",
      });
      expect(await failureOf(list({ path: "up" }))).toBe(
        'Failed to list "up": "up" is a symbolic link, and links are not followed; give the path that it points to',
      );
    });

    test("ends after 1,000 entries and says how to see the others", async () => {
      using folder = project();
      mkdirSync(folder.at("data/many"));
      const names = Array.from({ length: 1001 }, (_, index) => `many/${10_000 + index}`);
      for (const name of names) writeFileSync(folder.at(`data/${name}`), "");
      const { list } = openTools(folder.path, BASE, open);
      expect(await list({ path: "many" })).toEqual({
        entries: names.slice(0, 1000),
        truncated: true,
        note: "only the first 1000 are listed; give a longer path or a narrower pattern",
      });
      writeFileSync(folder.at("data/many/0"), "");
      expect(await list({ path: "many", pattern: "?????" })).toMatchObject({ truncated: true });
      expect(await list({ path: "many", pattern: "1000?" })).toMatchObject({ truncated: false });
    });

    test("does not go down without end", async () => {
      using folder = project();
      mkdirSync(folder.at(`data/${"d/".repeat(100)}`), { recursive: true });
      expect(await openTools(folder.path, BASE, open).list()).toMatchObject({
        truncated: true,
        note: expect.stringContaining("only 64 levels of folders were looked into"),
      });
    });

    test.each([
      ["notes.txt", "**/*", '"notes.txt" is not a folder; read a file with read_file'],
      ["nothing", "**/*", '"nothing" does not exist'],
      ["..", "**/*", "it is outside of base_path, the only folder that can be reached"],
      [".", "", "the pattern is empty"],
      [".", "../*", 'the pattern is looked for below "path"; it cannot begin with / or contain ..'],
      [".", "/*", 'the pattern is looked for below "path"; it cannot begin with / or contain ..'],
    ])("says what is wrong with %j and %j", async (path, pattern, reason) => {
      using folder = project();
      const failure = await failureOf(openTools(folder.path, BASE, open).list({ path, pattern }));
      expect(failure).toBe(`Failed to list "${path}": ${reason}`);
    });
  });

  describe("base_path", () => {
    test("may be a link, which is resolved once", async () => {
      using folder = project();
      writeFiles(folder.path, { "elsewhere/notes.txt": "elsewhere" });
      symlinkSync("data", folder.at("link"));
      const { read } = openTools(folder.path, { base_path: "link" }, open);
      expect(await read({ path: "notes.txt" })).toMatchObject({ content: "Grüße 🎈!" });
      for (const given of ["link", "data"]) {
        const path = folder.at(`${given}/notes.txt`);
        expect(await read({ path })).toMatchObject({ content: "Grüße 🎈!" });
      }
      renameSync(folder.at("data"), folder.at("moved"));
      symlinkSync("elsewhere", folder.at("data"));
      expect(await failureOf(read({ path: "notes.txt" }))).toBe(
        'Failed to read "notes.txt": the folder that paths are relative to is a symbolic link, and links are not followed; give the path that it points to',
      );
    });

    test("is refused when a folder above it has become a link", async () => {
      using folder = project();
      writeFiles(folder.path, { "top/data/notes.txt": "in", "elsewhere/data/notes.txt": "out" });
      const { read, write } = openTools(folder.path, { base_path: "top/data" }, open);
      renameSync(folder.at("top"), folder.at("moved"));
      symlinkSync("elsewhere", folder.at("top"));
      const reason = "was moved or replaced at the same time";
      expect(await failureOf(read({ path: "notes.txt" }))).toContain(reason);
      expect(await failureOf(write({ path: "notes.txt", content: "x" }))).toContain(reason);
      expect(readFileSync(folder.at("elsewhere/data/notes.txt"), "utf8")).toBe("out");
    });

    test("that is a dangling link is not written through", async () => {
      using folder = project();
      symlinkSync("outside", folder.at("dangling"));
      const { write } = openTools(folder.path, { base_path: "dangling" }, open);
      expect(await failureOf(write({ path: "x", content: "x" }))).toContain(
        "the folder that paths are relative to is a symbolic link",
      );
      expect(existsSync(folder.at("outside"))).toBe(false);
    });
  });

  describe("without base_path", () => {
    test("all files are within reach, and paths are relative to the project", async () => {
      using folder = project();
      using other = temporaryFolder();
      const { read, write, list } = openTools(folder.path, {}, open);
      expect(await read({ path: "data/notes.txt" })).toMatchObject({ total_chars: 8 });
      const path = join(other.path, "new/x.txt");
      await write({ path, content: "x" });
      expect(await read({ path })).toMatchObject({ content: "x" });
      expect(await list({ path: other.path })).toMatchObject({
        entries: [join(other.path, "new/"), path],
      });
    });

    test("what is wrong outside of the project is told in its own words", async () => {
      using folder = project();
      using other = temporaryFolder();
      const { read, list, write } = openTools(folder.path, {}, open);
      const path = join(other.path, "no/x");
      expect(await failureOf(read({ path }))).toMatch(/": its folder does not exist$/);
      expect(await failureOf(list({ path }))).toMatch(/": it does not exist$/);
      await write({ path: join(other.path, "file"), content: "" });
      const below = write({ path: join(other.path, "file/x"), content: "" });
      expect(await failureOf(below)).toMatch(/": its folder is not a folder$/);
    });

    test("links are followed outside of the project, but for the one that is written to", async () => {
      using folder = project();
      using other = temporaryFolder();
      writeFiles(other.path, { "real/x.txt": "x" });
      symlinkSync("real", join(other.path, "folder"));
      symlinkSync("real/x.txt", join(other.path, "file"));
      const { read, write } = openTools(folder.path, {}, open);
      expect(await read({ path: join(other.path, "file") })).toMatchObject({ content: "x" });
      await write({ path: join(other.path, "folder/x.txt"), content: "y" });
      expect(readFileSync(join(other.path, "real/x.txt"), "utf8")).toBe("y");
      const refused = write({ path: join(other.path, "file"), content: "z" });
      expect(await failureOf(refused)).toContain('"file" is a symbolic link');
    });

    test("no link is followed within the project, so what needs nobody stays in it", async () => {
      using folder = project();
      using other = temporaryFolder();
      writeFiles(other.path, { "x.txt": "x" });
      symlinkSync(other.path, folder.at("out"));
      const { read } = openTools(folder.path, {}, open);
      expect(await failureOf(read({ path: "out/x.txt" }))).toContain('"out" is a symbolic link');
    });
  });
});
