import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, resolve } from "node:path";

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

export interface DiskFailure {
  /** Which change fails, from 1. Default: none, and all are counted. */
  readonly at?: number | undefined;
  /** Default: `ENOSPC`. */
  readonly code?: string | undefined;
  /** Whether the changes after it work again. Default: they fail, too. */
  readonly isOnce?: boolean;
  /** Counts a change and says its number. Default: this process's own. */
  readonly count?: ((change: string) => number) | undefined;
}

export interface FailingDisk extends Disposable {
  /** Changes below the folder so far, those that failed among them. */
  readonly changes: readonly string[];
}

/**
 * Makes this process's changes below a folder fail. A write takes half of its bytes first, as a full
 * disk does.
 */
export function failingDisk(
  folder: string,
  { at, code = "ENOSPC", isOnce = false, count }: DiskFailure = {},
): FailingDisk {
  const before = Object.fromEntries(CHANGES.map((name) => [name, fs[name]]));
  // What other packages keep for themselves is theirs.
  const isIn = (path: unknown) =>
    typeof path === "string" &&
    `${resolve(path)}/`.startsWith(`${folder}/`) &&
    !resolve(path).includes("/node_modules/");
  const paths = new Map<number, string>();
  const changes: string[] = [];
  const fail = (name: string, path: string) => {
    const change = `${name} ${path}`;
    const number = count?.(change) ?? changes.length + 1;
    changes.push(change);
    if (at === undefined || number < at || (isOnce && number > at)) return;
    const error = new Error(`${code}: injected, ${name} '${path}'`);
    error.stack = error.message; // as the system's own, which has no frame in a user's file
    throw Object.assign(error, { code, syscall: name.replace("Sync", ""), path, errno: -28 });
  };
  const real = { ...fs };
  const patched: Record<Change, unknown> = {
    openSync: (path: string, flags: string | number = "r", mode?: number) => {
      const isInside = isIn(path);
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
      if (isIn(to)) fail("renameSync", to);
      real.renameSync(from, to);
    },
    linkSync: (from: string, to: string) => {
      if (isIn(to)) fail("linkSync", to);
      real.linkSync(from, to);
    },
    mkdirSync: (path: string, options: fs.MakeDirectoryOptions) => {
      if (isIn(path) && !fs.existsSync(path)) fail("mkdirSync", dirname(path));
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
