import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { packedProject } from "../support/installed-project.ts";

/** What `npm i llm-do` may take. */
const MOST_BYTES = 55 * 1024 ** 2;
/** Disks give files whole blocks. */
const BLOCK_BYTES = 4096;

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** The folder of a package as its dependent at `from` finds it, relative to the repository. */
function folderOf(name: string, from: string): string | undefined {
  const path = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (packages[path]) return path;
  return from === ""
    ? undefined
    : folderOf(name, from.replace(/\/?node_modules\/(?!.*node_modules\/).*$/, ""));
}

/** The folders of all packages that npm installs with this one; those of other systems are absent. */
function installedFolders(): readonly string[] {
  const folders = new Set([""]);
  for (const from of folders) {
    const { dependencies, optionalDependencies } = packages[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const folder = folderOf(name, from);
      if (folder !== undefined && existsSync(join(repository, folder))) folders.add(folder);
    }
  }
  return [...folders].filter((folder) => folder !== "");
}

/** Bytes on disk, packages inside of it left out; a file with two names counts once. */
function bytesOnDisk(folder: string, seen: Set<number>): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    const { ino, size } = lstatSync(path);
    if (entry.isDirectory()) bytes += BLOCK_BYTES + bytesOnDisk(path, seen);
    else if (!seen.has(ino)) bytes += Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    seen.add(ino);
  }
  return bytes;
}

test("an installed llm-do takes at most 55 MB with all that it brings", { timeout: 60_000 }, () => {
  using project = packedProject({});
  const folders = installedFolders();
  expect(folders).toContain("node_modules/esbuild"); // by way of tsx
  expect(folders.filter((name) => /openai|anthropic|modelcontext/.test(name))).toEqual([]);
  const seen = new Set<number>();
  const own = bytesOnDisk(join(project.path, "node_modules/llm-do"), seen);
  const bytes = folders.map((folder) => bytesOnDisk(join(repository, folder), seen));
  expect(own).toBeGreaterThan(3e6);
  expect(own + bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(MOST_BYTES);
});
