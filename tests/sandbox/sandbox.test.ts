import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../src/model/json.ts";
import { temporaryFolder } from "../support/host.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";
import { script, walledShell } from "./walled-shell.ts";

let outside: ReturnType<typeof temporaryFolder>;
let workspace: string;
beforeEach(() => {
  outside = temporaryFolder();
  workspace = join(outside.path, "work space");
  mkdirSync(workspace);
});
afterEach(() => outside[Symbol.dispose]());

describe.skipIf(noWallHere)(`a command behind a wall${wallTitle}`, { timeout: 60_000 }, () => {
  test("runs in the workspace, writes there, and tells its outputs and its exit code", async () => {
    const shell = walledShell(workspace);
    expect(await shell(script("pwd -P; echo $0 $1; echo err >&2; echo new > a; exit 3"))).toEqual({
      exit_code: 3,
      stdout: `${workspace}\nbash\n`,
      stderr: "err\n",
      timed_out: false,
      truncated: false,
    });
    expect(readFileSync(join(workspace, "a"), "utf8")).toBe("new\n");
  });

  test("gets its words as they are", async () => {
    const words = ["a b", "$HOME", "`id`", "it's", '"', "\\", "*", "-n", "ü🙂", "a\nb"];
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const { stdout } = await walledShell(workspace)(`printf '%s\\0' ${quoted}`);
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  });

  test("is named as it was called, and is not found as without a wall", async () => {
    const shell = walledShell(workspace);
    expect((await shell("cat nothing")).stderr).toBe("cat: nothing: No such file or directory\n");
    expect(await shell("no-such-program")).toMatchObject({
      exit_code: 127,
      stderr: "no-such-program: command not found",
    });
    writeFileSync(join(workspace, "text"), "echo hello\n", { mode: 0o755 });
    expect(await shell("./text")).toMatchObject({ exit_code: 126 });
  });

  test("has an empty temporary folder of its own, which is gone afterwards", async () => {
    const shell = walledShell(workspace);
    const command = script("ls -A $TMPDIR; echo x > $TMPDIR/x && echo $TMPDIR");
    const [first, second] = [await shell(command), await shell(command)];
    expect([first.exit_code, second.exit_code]).toEqual([0, 0]);
    expect(first.stdout).not.toBe(second.stdout);
    expect(existsSync(first.stdout.trim())).toBe(false);
  });

  test("leaves nothing in the workspace that it did not write", async () => {
    await walledShell(workspace)("true");
    expect(readdirSync(workspace)).toEqual([]);
  });

  test("works with git as without a wall, except that it plants no hooks", async () => {
    const shell = walledShell(workspace);
    const git = "git -c user.name=n -c user.email=a@b.c";
    await shell("git init -q .");
    writeFileSync(join(workspace, "a"), "new");
    const told = await shell(
      script(`${git} add -A && ${git} commit -qm x && git ls-files; git status -s`),
    );
    expect(told).toMatchObject({ exit_code: 0, stdout: "a\n" });
    const hook = await shell(script("echo x > .git/hooks/pre-commit"));
    expect(hook.exit_code).not.toBe(0);
    const config = await shell("git config core.fsmonitor ./a");
    expect(config.exit_code).not.toBe(0);
  });

  test("is ended at its time limit, with all that it started", async () => {
    const command = script("(sleep 3; echo late > late) & setsid sleep 60 & sleep 60");
    const began = Date.now();
    expect(await walledShell(workspace)(command, 1)).toMatchObject({ timed_out: true });
    expect(Date.now() - began).toBeLessThan(6_000);
    await new Promise((next) => setTimeout(next, 3_500));
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });

  test("is ended with the run", async () => {
    const controller = new AbortController();
    const running = walledShell(workspace)(script("sleep 3; echo x > late"), 60, controller.signal);
    setTimeout(() => controller.abort(new Error("over")), 1_000);
    await expect(running).rejects.toThrow("over");
    await new Promise((next) => setTimeout(next, 3_500));
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });

  test("leaves no process behind when it ends", async () => {
    await walledShell(workspace)(script('setsid bash -c "sleep 2; echo x > late" & exit 0'));
    await new Promise((next) => setTimeout(next, 3_000));
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });

  test("is cut like any other where it writes too much", async () => {
    const told = await walledShell(workspace)(script("head -c 200000 /dev/zero | tr '\\0' x"));
    expect(told).toMatchObject({ exit_code: 0, truncated: true });
    expect(told.stdout.length).toBeLessThan(60_000);
  });

  test("runs beside others, each with its own rules", async () => {
    const plain = walledShell(workspace);
    const wider = walledShell(workspace, { writable: [".."] });
    const told = await Promise.all([
      plain(script("echo x > ../a; echo x > 1")),
      wider(script("echo x > ../b")),
      plain(script("echo x > ../c; echo x > 2")),
    ]);
    expect(told.map(({ exit_code }) => exit_code)).toEqual([0, 0, 0]);
    expect(readdirSync(outside.path).toSorted()).toEqual(["b", "work space"]);
    expect(readdirSync(workspace).toSorted()).toEqual(["1", "2"]);
  });

  test("cannot change files that say how the next run goes, and can be given further ones", async () => {
    const names = ["w.worker", "llm-do.lock.yaml", "llm-do.yaml", ".mcp.json", "notes"];
    for (const name of names) {
      writeFileSync(join(workspace, name), "as it was");
    }
    const shell = walledShell(workspace, { read_only: ["notes"] });
    for (const name of names) {
      const told = await shell(
        script(
          `echo x > ${name} || rm -f ${name} || mv ${name} y || { echo y > n; mv n ${name}; }`,
        ),
      );
      expect(told.exit_code, name).not.toBe(0);
    }
    for (const name of names) {
      expect(readFileSync(join(workspace, name), "utf8"), name).toBe("as it was");
    }
  });

  test.each<[string, string, Json]>([
    ["the worker's file", "w.worker", "workspace"],
    ["a file that is to be read-only", "notes", { read_only: ["notes"] }],
    ["a folder on the way to one", "folder/notes", { read_only: ["folder/notes"] }],
  ])("is not started where %s is a link, which it could replace", async (_what, path, sandbox) => {
    mkdirSync(join(workspace, "elsewhere"));
    writeFileSync(join(workspace, "elsewhere", "notes"), "as it was");
    const [first = ""] = path.split("/");
    symlinkSync(first === path ? "elsewhere/notes" : "elsewhere", join(workspace, first));
    const told = walledShell(workspace, sandbox)(script(`rm ${first}; echo x > ${first}`));
    await expect(told).rejects.toThrow(
      `Failed to set up "sandbox: workspace": ${first} is a link, which a program could replace`,
    );
  });

  test("refuses a folder that is not there, and a workspace that holds the home folder", async () => {
    const missing = walledShell(workspace, { writable: ["../nowhere"] });
    await expect(missing("true")).rejects.toThrow(/nowhere, which programs may write to, does not/);
    await expect(walledShell("/")("true")).rejects.toThrow(/holds your home folder/);
    await expect(walledShell(workspace, { writable: ["~"] })("true")).rejects.toThrow(
      /home folder/,
    );
  });
});
