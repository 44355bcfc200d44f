import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";

/** What is counted and fails: everything that changes something on a disk. */
const CHANGES = [
  "openSync",
  "writeSync",
  "fsyncSync",
  "renameSync",
  "linkSync",
  "mkdirSync",
] as const;

type Change = (typeof CHANGES)[number];

export interface FailingDisk extends Disposable {
  /** Changes below the folder so far, those that failed among them. */
  readonly changes: readonly string[];
}

/**
 * Makes this process's changes below a folder fail: the one of a number, from 1, and all after it. A
 * write takes half of its bytes first, as a full disk does.
 *
 * @param at undefined: none fails, and all are counted
 */
export function failingDisk(
  folder: string,
  { at, code = "ENOSPC" }: { readonly at?: number | undefined; readonly code?: string } = {},
): FailingDisk {
  const before = Object.fromEntries(CHANGES.map((name) => [name, fs[name]]));
  const paths = new Map<number, string>();
  const changes: string[] = [];
  const fail = (name: string, path: string) => {
    changes.push(`${name} ${path}`);
    if (at === undefined || changes.length < at) return;
    throw Object.assign(new Error(`${code}: injected, ${name} '${path}'`), {
      ...{ code, syscall: name.replace("Sync", ""), path, errno: -28 },
    });
  };
  const real = { ...fs };
  const patched: Record<Change, unknown> = {
    openSync: (path: string, flags: string | number = "r", mode?: number) => {
      const isInside = path.startsWith(folder);
      const isNew = isInside && makes(flags) && !fs.existsSync(path);
      if (isNew) fail("openSync", path);
      const descriptor = real.openSync(path, flags, mode);
      if (isInside && writes(flags)) paths.set(descriptor, path);
      else paths.delete(descriptor);
      return descriptor;
    },
    writeSync: (descriptor: number, bytes: Uint8Array, ...rest: never[]) => {
      const path = paths.get(descriptor);
      if (path !== undefined) {
        try {
          fail("writeSync", path);
        } catch (error) {
          const [from = 0] = rest;
          const half = from + Math.floor((bytes.length - from) / 2);
          if (half > from) real.writeSync(descriptor, bytes.subarray(from, half));
          throw error;
        }
      }
      return real.writeSync(descriptor, bytes, ...rest);
    },
    fsyncSync: (descriptor: number) => {
      const path = paths.get(descriptor);
      if (path !== undefined) fail("fsyncSync", path);
      real.fsyncSync(descriptor);
    },
    renameSync: (from: string, to: string) => {
      if (to.startsWith(folder)) fail("renameSync", to);
      real.renameSync(from, to);
    },
    linkSync: (from: string, to: string) => {
      if (to.startsWith(folder)) fail("linkSync", to);
      real.linkSync(from, to);
    },
    mkdirSync: (path: string, options: fs.MakeDirectoryOptions) => {
      if (path.startsWith(folder) && !fs.existsSync(path)) fail("mkdirSync", dirname(path));
      return real.mkdirSync(path, options);
    },
  };
  Object.assign(fs, patched);
  syncBuiltinESMExports();
  return {
    changes,
    [Symbol.dispose]: () => {
      Object.assign(fs, before);
      syncBuiltinESMExports();
    },
  };
}

function writes(flags: string | number): boolean {
  const { O_WRONLY, O_RDWR } = fs.constants;
  return typeof flags === "string" ? /[wa+]/.test(flags) : (flags & (O_WRONLY | O_RDWR)) !== 0;
}

function makes(flags: string | number): boolean {
  return typeof flags === "string" ? /[wa]/.test(flags) : (flags & fs.constants.O_CREAT) !== 0;
}
