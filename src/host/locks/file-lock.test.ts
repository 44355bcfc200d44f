import { spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failingDisk } from "../../../tests/support/failing-disk.ts";
import { temporaryFolder, testHost } from "../../../tests/support/host.ts";
import { nodeHost } from "../node-host.ts";
import { isLocked, tryLock, withLock } from "./file-lock.ts";
import type { LockHost } from "./lock-holder.ts";

const BOOT = { id: "boot-1", processes: "pid:[1]" };

/** A process of id 100 on the machine `here`, which started at 5; process 200 started at 7. */
function hostWith(overrides: Partial<LockHost> = {}): LockHost {
  const starts: Record<number, string> = { 100: "5", 200: "7" };
  return {
    ...testHost(),
    processId: 100,
    isProcessAlive: (id) => id in starts,
    machine: { name: "here", boot: BOOT, startOf: (id) => starts[id] },
    clock: { ...testHost().clock, nowMs: () => Date.now() },
    ...overrides,
  };
}

const NO_PROC = { name: "here", boot: undefined, startOf: () => undefined };

function lockText(of: Record<string, unknown>): string {
  const own = { machine: "here", process: 200, boot: BOOT, started: "7", id: "other" };
  return `${JSON.stringify({ ...own, ...of })}\n`;
}

const OTHER_KERNEL = { id: "boot-2", processes: "pid:[1]" };
const OTHER_CONTAINER = { id: "boot-1", processes: "pid:[2]" };

const CASES: readonly (readonly [string, string, "taken" | "held", Partial<LockHost>?])[] = [
  ["a process that lives", lockText({}), "held"],
  ["a process that is gone", lockText({ process: 300 }), "taken"],
  ["a process whose id another one has by now", lockText({ started: "6" }), "taken"],
  ["a process from before the machine was started anew", lockText({ boot: OTHER_KERNEL }), "taken"],
  ["this process", lockText({ process: 100, started: "5" }), "held"],
  ["a process that had this one's id before", lockText({ process: 100, started: "4" }), "taken"],
  [
    "a process that had this one's id in another container of this machine",
    lockText({ process: 100, started: "4", machine: "box-1", boot: OTHER_CONTAINER }),
    "taken",
  ],
  [
    "a process of this one's id on another machine",
    lockText({ process: 100, started: "4", machine: "box-1", boot: OTHER_KERNEL }),
    "held",
  ],
  ["a process of another machine", lockText({ process: 300, machine: "there" }), "held"],
  [
    "a process of another container here",
    lockText({ process: 300, boot: OTHER_CONTAINER }),
    "held",
  ],
  ["a living process that says no start", lockText({ started: undefined }), "held"],
  ["this process's id and no start, from an earlier version", "100\n", "taken"],
  ["a living process, from an earlier version", "200\n", "held"],
  ["a process that is gone, from an earlier version", "300\n", "taken"],
  ["a living process where no start is known", lockText({}), "held", { machine: NO_PROC }],
  ["a gone one where no start is known", "300\n", "taken", { machine: NO_PROC }],
  ["this one's id where no start is known", "100\n", "taken", { machine: NO_PROC }],
];

describe("the lock of", () => {
  const cases = CASES.map(([name, text, kind, overrides = {}]) => ({
    name,
    text,
    kind,
    overrides,
  }));

  test.each(cases)("$name", ({ text, kind, overrides }) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file");
    writeFileSync(`${path}.lock`, text);
    const host = hostWith(overrides);
    expect(isLocked(path, host)).toBe(kind === "held");
    const lock = tryLock(path, host);
    expect(lock.kind).toBe(kind);
    expect(readFileSync(`${path}.lock`, "utf8") === text).toBe(kind === "held");
    if (lock.kind === "held") return;
    expect(lock.warning).toMatch(
      /file\.lock was left by process \d+( on [\w-]+)? and is taken over/,
    );
    expect(tryLock(path, host).kind).toBe("held");
    lock.release();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("another machine is told with its name", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file");
    writeFileSync(`${path}.lock`, lockText({ process: 12, machine: "there" }));
    expect(tryLock(path, hostWith())).toMatchObject({ by: "process 12 on there" });
  });
});

describe("a lock that says nothing", () => {
  test.each([
    ["new and empty", "", 0, "held"],
    ["old and empty", "", 60, "taken"],
    ["old and cut short", "{", 60, "taken"],
    ["old and large", "x".repeat(50_000), 60, "taken"],
    ["old and with no such process", "-4\n", 60, "taken"],
    ["old and without a process", "null", 60, "taken"],
  ] as const)("%s", (_name, text, seconds, kind) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file");
    writeFileSync(`${path}.lock`, text);
    const made = Date.now() / 1000 - seconds;
    utimesSync(`${path}.lock`, made, made);
    expect(tryLock(path, hostWith()).kind).toBe(kind);
  });
});

test("something else in the place of a lock is refused and left alone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  for (const make of [
    (lock: string) => symlinkSync("nowhere", lock),
    (lock: string) => mkdirSync(lock),
    (lock: string) => spawnSync("mkfifo", [lock]),
  ]) {
    const lock = `${path}${readdirSync(folder.path).length}`;
    make(`${lock}.lock`);
    expect(() => tryLock(lock, hostWith())).toThrow(/stands in the place of the lock/);
  }
  expect(readdirSync(folder.path)).toHaveLength(3);
});

test("a lock that could not be written is gone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  for (let at = 1; at <= 3; at++) {
    using _disk = failingDisk(folder.path, { at });
    expect(() => tryLock(path, hostWith())).toThrow("the disk is full");
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("who was robbed of a lock leaves that of the robber", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  const lock = tryLock(path, hostWith());
  writeFileSync(`${path}.lock`, lockText({}));
  if (lock.kind === "taken") lock.release();
  expect(readdirSync(folder.path)).toEqual(["file.lock"]);
});

test("a claim that a killed process left on a dead lock does not block", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(`${path}.lock`, lockText({ process: 300 }));
  {
    // The claim is there, and the lock cannot be replaced.
    using _disk = failingDisk(folder.path, { at: 7 });
    const host = hostWith({ processId: 400, files: { ...testHost().files, remove: () => {} } });
    expect(() => tryLock(path, host)).toThrow();
  }
  expect(readdirSync(folder.path).length).toBeGreaterThan(1);
  expect(tryLock(path, hostWith()).kind).toBe("taken");
});

test("of many processes that find a dead lock at once, exactly one gets it", {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder();
  const rounds = 30;
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const { machine } = nodeHost();
  const text = `${JSON.stringify({ machine: machine.name, process: dead, boot: machine.boot, started: "1", id: "d" })}\n`;
  for (let round = 0; round < rounds; round++)
    writeFileSync(join(folder.path, `${round}.lock`), text);
  const script = join(import.meta.dirname, "../../../tests/support/lock-contender.ts");
  const contenders = Array.from({ length: 4 }, () =>
    contend(script, [folder.path, String(rounds)]),
  );
  await Promise.all(contenders.map(({ ready }) => ready));
  for (let round = 0; round < rounds; round++) {
    writeFileSync(join(folder.path, `go-${round}`), "");
    await new Promise((done) => setTimeout(done, 5));
  }
  const got = (await Promise.all(contenders.map(({ got }) => got))).flat();
  expect(got.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: rounds }, (_, round) => round),
  );
});

function contend(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("ready")) ready.resolve();
  });
  const got = new Promise<readonly number[]>((done) => {
    child.on("close", () => done(JSON.parse(said.split("\n")[1] ?? "[]") as number[]));
  });
  return { ready: ready.promise, got };
}

test("changes under a lock come one after the other, and a held lock is an error in the end", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  const host = hostWith();
  expect(withLock(path, host, { change: () => readdirSync(folder.path) })).toEqual(["file.lock"]);
  expect(() =>
    withLock(path, host, {
      change: () => {
        throw new Error("broken");
      },
    }),
  ).toThrow("broken");
  expect(readdirSync(folder.path)).toEqual([]);
});
