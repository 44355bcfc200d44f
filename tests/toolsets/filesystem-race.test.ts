import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { openByDescriptor } from "../../src/host/confined/folder-openers.ts";
import { type FolderOpener, hasDescriptorPaths } from "../../src/host/confined/open-folder.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { makePipe, openTools } from "./filesystem-tools.ts";

/** How long is tried at least; and at most, until both faces of what flips have been seen. */
const ATTACK_MS = 1_000;
const PATIENCE_MS = 20_000;

/** Begins each swapper: what is not there to be swapped is laid anew. */
const SWAPPER = `
  const { workerData: folder, parentPort } = require("node:worker_threads");
  const fs = require("node:fs");
  const at = (path) => folder + "/" + path;
  const swap = at("base/swap"), parked = at("parked"), link = at("link");
  const again = () => {
    for (const path of [swap, parked, link]) fs.rmSync(path, { recursive: true, force: true });
    fs.mkdirSync(swap);
    fs.writeFileSync(swap + "/secret.txt", "inside");
    fs.symlinkSync(at("outside"), link);
  };
  again();
  parentPort.postMessage("ready");
`;

/** A folder becomes a link to the outside and a folder again. */
const SWAP_FOLDER = `${SWAPPER}
  let isLaid = true;
  for (;;) {
    try {
      if (!isLaid) again();
      isLaid = true;
      fs.renameSync(swap, parked);
      fs.renameSync(link, swap);
      fs.renameSync(swap, link);
      fs.renameSync(parked, swap);
    } catch {
      isLaid = false; // a write has made the folder while it was away
    }
  }
`;

/** A file becomes a link to the outside, a pipe, and a file again, each in one step. */
const SWAP_FILE = `${SWAPPER}
  fs.rmSync(swap, { recursive: true });
  const put = (make) => {
    fs.rmSync(parked, { force: true });
    make();
    fs.renameSync(parked, swap);
  };
  for (;;) {
    put(() => fs.symlinkSync(at("outside/secret.txt"), parked));
    put(() => fs.linkSync(at("base/top"), parked));
    put(() => fs.linkSync(at("pipe"), parked));
    put(() => fs.linkSync(at("base/top"), parked));
  }
`;

interface Attack {
  readonly swapper: string;
  readonly calls: readonly (readonly [tool: "read" | "write" | "list", input: JsonObject])[];
}

interface Seen {
  readonly leaks: readonly string[];
  /** How often a call was answered, and how often it was refused because of a link. */
  readonly answered: number;
  readonly refused: number;
}

/** Calls tools on what another thread keeps swapping for links to the outside. */
async function attack({ swapper, calls }: Attack, open: FolderOpener): Promise<Seen> {
  using folder = temporaryFolder();
  writeFiles(folder.path, {
    "outside/secret.txt": "canary",
    "outside/canary/x": "canary",
    "base/top": "inside",
  });
  makePipe(join(folder.path, "pipe"));
  const tools = openTools(folder.path, { base_path: "base" }, open);
  const thread = new Worker(swapper, { eval: true, workerData: folder.path });
  await once(thread, "message");
  const leaks: string[] = [];
  let [answered, refused] = [0, 0];
  const beganMs = performance.now();
  const isTried = () => {
    const lastedMs = performance.now() - beganMs;
    return lastedMs > PATIENCE_MS || (lastedMs > ATTACK_MS && answered > 0 && refused > 0);
  };
  while (!isTried()) {
    for (const [tool, input] of calls) {
      const told = await tools[tool](input).then(JSON.stringify, String);
      if (told.includes("canary")) leaks.push(told);
      if (told.includes("is a symbolic link")) refused++;
      else if (!told.includes("Failed")) answered++;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await thread.terminate();
  leaks.push(...changesOf(join(folder.path, "outside")));
  return { leaks, answered, refused };
}

function changesOf(outside: string): readonly string[] {
  const added = readdirSync(outside).filter((name) => !["canary", "secret.txt"].includes(name));
  const written = readFileSync(join(outside, "secret.txt"), "utf8");
  return written === "canary" ? added : [...added, written];
}

const ATTACKS: readonly (readonly [name: string, attack: Attack])[] = [
  [
    "a folder, and reads",
    {
      swapper: SWAP_FOLDER,
      calls: [
        ["read", { path: "swap/secret.txt" }],
        ["list", { path: "swap" }],
        ["list", {}],
      ],
    },
  ],
  [
    "a folder, and writes",
    {
      swapper: SWAP_FOLDER,
      calls: [
        ["write", { path: "swap/secret.txt", content: "mine" }],
        ["write", { path: "swap/new/deep.txt", content: "mine" }],
      ],
    },
  ],
  [
    "a file, and reads and writes",
    {
      swapper: SWAP_FILE,
      calls: [
        ...Array.from({ length: 10 }, () => ["read", { path: "swap" }] as const),
        ["write", { path: "swap", content: "mine" }],
      ],
    },
  ],
];

// Only where a link cannot be slipped in between a check and a use; elsewhere it is documented.
if (hasDescriptorPaths()) {
  test.each(ATTACKS)("no link is followed that another process swaps for %s", async (_, what) => {
    const { leaks, answered, refused } = await attack(what, openByDescriptor);
    expect(leaks).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test("many calls leave no file of the system open", async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "base"));
    writeFileSync(join(folder.path, "base/a"), "a");
    symlinkSync("a", join(folder.path, "base/link"));
    const { read, write, list } = openTools(folder.path, { base_path: "base" });
    const openCount = () => readdirSync("/proc/self/fd").length;
    const before = openCount();
    for (let round = 0; round < 50; round++) {
      const calls = ["a", "link", "link/x", "a/x", "missing/x", "..", "new"].flatMap((path) => [
        read({ path }),
        list({ path }),
        write({ path, content: "x" }),
      ]);
      await Promise.allSettled(calls);
    }
    expect(openCount()).toBeLessThan(before + 20);
  });
}
