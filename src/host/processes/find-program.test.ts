import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { findProgram } from "./find-program.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function put(path: string, content = "#!/bin/cat\n", mode = 0o755): string {
  const file = join(folder.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

const find = (name: string, path = "") => findProgram(name, { cwd: folder.path, path });

describe("a name without a slash", () => {
  test("is searched for in the folders of PATH, in their order", () => {
    put("two/a");
    put("one/b");
    const path = `${folder.path}/one:${folder.path}/two`;
    expect(find("a", path)).toEqual({ kind: "found", path: `${folder.path}/two/a` });
    put("one/a");
    expect(find("a", path)).toEqual({ kind: "found", path: `${folder.path}/one/a` });
  });

  test("passes over a folder that cannot be looked into", () => {
    symlinkSync("loop", join(folder.path, "loop"));
    const file = put("three/a");
    expect(find("a", `${folder.path}/loop:${folder.path}/three`)).toEqual({
      kind: "found",
      path: file,
    });
    expect(find("a", `${folder.path}/loop`)).toMatchObject({ kind: "missing", exitCode: 127 });
  });

  test("passes over what cannot be executed", () => {
    put("one/a", "text", 0o644);
    mkdirSync(join(folder.path, "two/a"), { recursive: true });
    const file = put("three/a");
    const path = ["one", "two", "three"].map((name) => join(folder.path, name)).join(":");
    expect(find("a", path)).toEqual({ kind: "found", path: file });
  });

  test("is 126 where only such was found, and 127 where nothing was", () => {
    put("one/a", "text", 0o644);
    expect(find("a", `${folder.path}/one:${folder.path}/none`)).toMatchObject({ exitCode: 126 });
    expect(find("b", `${folder.path}/one`)).toEqual({
      kind: "missing",
      exitCode: 127,
      reason: "b: command not found",
    });
  });

  test("is not searched for in the current folder unless PATH says so", () => {
    put("a");
    expect(find("a", "/bin")).toMatchObject({ exitCode: 127 });
    expect(find("a", "/bin:")).toEqual({ kind: "found", path: `${folder.path}/./a` });
    put("sub/b");
    expect(find("b", "sub")).toEqual({ kind: "found", path: `${folder.path}/sub/b` });
  });

  test("is found without a PATH where every system has it", () => {
    expect(findProgram("cat", { cwd: "/" })).toMatchObject({ kind: "found" });
  });

  test("is not found when it is empty", () => {
    expect(find("", folder.path)).toMatchObject({ exitCode: 127 });
  });
});

describe("a name with a slash", () => {
  test("is a path from the current folder", () => {
    put("sub/a");
    expect(find("sub/a")).toEqual({ kind: "found", path: `${folder.path}/sub/a` });
    expect(find("./sub/a")).toEqual({ kind: "found", path: `${folder.path}/./sub/a` });
    expect(find(join(folder.path, "sub/a"))).toEqual({
      kind: "found",
      path: `${folder.path}/sub/a`,
    });
    expect(find("./a", join(folder.path, "sub"))).toMatchObject({ exitCode: 127 });
  });

  test("goes through links as the kernel does", () => {
    const file = put("far/off/a");
    put("far/b");
    symlinkSync(dirname(file), join(folder.path, "link"));
    expect(find("link/../b")).toMatchObject({ kind: "found" });
  });
});

describe("what the kernel would hand back for a shell to read", () => {
  test.each([
    ["a text", "echo hello\n"],
    ["nothing", ""],
    ["a script without an interpreter", "#!\necho hello\n"],
    ["a script with a blank interpreter", "#! \t\necho hello\n"],
    ["a program of another system", "MZ\u0090\u0000"],
  ])("is 126: %s", (_title, content) => {
    put("a", content);
    expect(find("./a")).toEqual({
      kind: "missing",
      exitCode: 126,
      reason: './a: it has no "#!" line, and no shell is started to read it',
    });
  });

  test("is not a script that names its interpreter", () => {
    put("a", "#! /usr/bin/env node\n");
    expect(find("./a")).toMatchObject({ kind: "found" });
  });

  test("is not a program of this system", () => {
    expect(find(process.execPath)).toEqual({ kind: "found", path: process.execPath });
  });
});
