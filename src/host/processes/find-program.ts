import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";

export type FoundProgram =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly exitCode: 126 | 127; readonly reason: string };

/**
 * Where `sh` looks when there is no PATH at all is not fixed; these two folders are what
 * `getconf PATH` prints on Linux, read 2026-11-22.
 */
const DEFAULT_PATH = "/bin:/usr/bin";

/** A kernel reads that much of a script's first line (BINPRM_BUF_SIZE of Linux). */
const HEADER_BYTES = 256;

/**
 * First bytes of what a kernel executes by itself: ELF (`man 5 elf`), and Mach-O, thin and fat, in
 * both byte orders (`mach-o/loader.h`, `mach-o/fat.h`).
 */
const NATIVE = new Set([
  "7f454c46",
  "feedface",
  "feedfacf",
  "cefaedfe",
  "cffaedfe",
  "cafebabe",
  "bebafeca",
]);

/** Finds a program by the rules of `sh`, and makes sure that a kernel can execute it. */
export function findProgram(
  name: string,
  { cwd, path = DEFAULT_PATH }: { readonly cwd: string; readonly path?: string | undefined },
): FoundProgram {
  if (name === "") return notFound(name);
  if (name.includes("/")) return inspect(name, from(cwd, name));
  let refused: FoundProgram | undefined;
  for (const folder of path.split(":")) {
    // An empty entry of PATH stands for the current folder.
    const found = inspect(name, `${from(cwd, folder === "" ? "." : folder)}/${name}`);
    if (found.kind === "found") return found;
    if (found.exitCode === 126) refused ??= found;
  }
  return refused ?? notFound(name);
}

/** Not normalized: what `a/../b` is depends on where the link `a` leads. */
function from(cwd: string, path: string): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}

function inspect(name: string, path: string): FoundProgram {
  const stat = statOf(path);
  if (!stat) return notFound(name);
  if (!stat.isFile()) return notExecutable(name, "it is not a file");
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return notExecutable(name, "permission denied");
  }
  if (isForKernel(path)) return { kind: "found", path };
  return notExecutable(name, 'it has no "#!" line, and no shell is started to read it');
}

/** Undefined where nothing is, and where this account must not look, as in a folder of root's. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * The C library hands a file that the kernel refuses to `/bin/sh` (`man 3 exec`, ENOEXEC), so such
 * a file must not get that far.
 */
function isForKernel(path: string): boolean {
  const header = headerOf(path);
  // A program that may be executed but not read cannot be read by a shell either.
  if (!header) return true;
  if (NATIVE.has(header.toString("hex", 0, 4))) return true;
  return /^#![ \t]*[^ \t\r\n]/.test(header.toString("latin1"));
}

function headerOf(path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(descriptor, header));
  } finally {
    closeSync(descriptor);
  }
}

function notFound(name: string): FoundProgram {
  return { kind: "missing", exitCode: 127, reason: `${name}: command not found` };
}

function notExecutable(name: string, why: string): FoundProgram {
  return { kind: "missing", exitCode: 126, reason: `${name}: ${why}` };
}
