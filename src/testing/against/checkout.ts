import { dirname, join, sep } from "node:path";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import type { Git } from "./git.ts";
import type { Revision } from "./revision.ts";

/** The files of a revision in a folder of their own, which goes away with it. */
interface Checkout extends Disposable {
  /** Absolute path of the folder that stands for the top of the work tree. */
  readonly top: string;
  /** What is not as it was at that revision, a line each. */
  readonly notes: readonly string[];
}

/** What says which packages are installed. */
const LOCKS = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
];

/** Fields of package.json that say it, too. */
const DEPENDENCIES = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
];

/** How a file begins that stands for one in git's large file storage. */
const POINTER = "version https://git-lfs.github.com/spec/";

/** A pointer has three short lines. */
const POINTER_BYTES = 1024;

/** Names that are listed in a note. */
const MOST_NAMES = 3;

/**
 * Writes the files of a revision into a scratch folder, beside the packages that are installed now.
 * The repository stays as it is: the index is one of the scratch folder's own, and no work tree is
 * added.
 *
 * @throws LlmDoError `usage` with what git says where it cannot
 */
export async function checkOut(revision: Revision, git: Git, host: Host): Promise<Checkout> {
  const { scratch } = host;
  const base = scratch.make();
  try {
    const top = join(base, "tree");
    const index = join(base, "index");
    const doing = { verb: "check out", what: revision.name, index };
    const atTop = git.in(revision.top);
    await atTop.must(["read-tree", "--no-sparse-checkout", revision.commit], doing);
    // Also where the revision has no files: the folder must be there.
    host.files.write(join(top, ".git", "scratch"), "");
    await atTop.must(
      ["checkout-index", "--all", "--force", "--quiet", `--prefix=${top}${sep}`],
      doing,
    );
    const tracked = trackedIn(await atTop.must(["ls-files", "--stage", "-z"], doing));
    const folders = packageFolders(tracked, revision.prefix);
    linkModules(folders, { top, work: revision.top, host });
    const notes = [
      ...missingNotes(tracked, { top, name: revision.name, host }),
      ...packageNotes(folders, { top, work: revision.top, name: revision.name, host }),
    ];
    return { top, notes, [Symbol.dispose]: () => scratch.remove(base) };
  } catch (error) {
    scratch.remove(base);
    throw error;
  }
}

interface Tracked {
  readonly mode: string;
  /** Relative to the top. */
  readonly path: string;
}

function trackedIn(listing: string): readonly Tracked[] {
  return listing.split("\0").flatMap((line) => {
    const [, mode, path] = /^(\d+) \S+ \d\t([\s\S]*)$/.exec(line) ?? [];
    return mode === undefined || path === undefined ? [] : [{ mode, path }];
  });
}

/** Folders that packages may be installed in, relative to the top: "" is the top itself. */
function packageFolders(tracked: readonly Tracked[], prefix: string): readonly string[] {
  const folders = new Set([""]);
  for (const { path } of tracked) {
    if (path === "package.json" || path.endsWith("/package.json")) folders.add(inRepository(path));
  }
  for (let folder = prefix; folder !== ""; folder = inRepository(folder)) folders.add(folder);
  return [...folders].filter((folder) => !folder.split("/").includes("node_modules"));
}

function inRepository(path: string): string {
  const folder = dirname(path);
  return folder === "." ? "" : folder;
}

interface Linking {
  readonly top: string;
  /** Absolute path of the top of the work tree. */
  readonly work: string;
  readonly host: Host;
}

/** Gives the code of a revision the packages of the work tree. */
function linkModules(folders: readonly string[], { top, work, host }: Linking): void {
  const { files, scratch } = host;
  for (const folder of folders) {
    const from = join(work, folder, "node_modules");
    const to = join(top, folder, "node_modules");
    if (files.stat(from)?.kind !== "directory" || files.stat(to)) continue;
    linkEntries(from, to, { top, work, host });
  }
  for (let above = dirname(work); ; above = dirname(above)) {
    const from = join(above, "node_modules");
    if (files.stat(from)?.kind === "directory") {
      scratch.link(from, join(dirname(top), "node_modules"));
      return;
    }
    if (dirname(above) === above) return;
  }
}

/**
 * A package of the repository itself, which workspaces link to, is the revision's own there; all
 * others are those that are installed.
 */
function linkEntries(from: string, to: string, { top, work, host }: Linking): void {
  const { files, scratch } = host;
  for (const name of files.list(from)) {
    if (name.startsWith("@")) {
      linkEntries(join(from, name), join(to, name), { top, work, host });
      continue;
    }
    const path = join(from, name);
    if (!files.stat(path)) continue; // a link that leads to nothing
    const real = files.realPath(path);
    const own = real.startsWith(work + sep) ? real.slice(work.length + 1) : undefined;
    const isWorkspace = own !== undefined && !own.split(sep).includes("node_modules");
    const target = isWorkspace && own !== undefined ? join(top, own) : path;
    scratch.link(target, join(to, name));
  }
}

interface Noting {
  readonly top: string;
  readonly name: string;
  readonly host: Host;
}

/** Files that git keeps elsewhere. */
function missingNotes(tracked: readonly Tracked[], { top, name, host }: Noting): readonly string[] {
  const submodules = tracked.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  const pointers = usesLargeFiles(tracked, top, host)
    ? tracked.filter(({ path }) => isPointer(join(top, path), host)).map(({ path }) => path)
    : [];
  return [
    ...(submodules.length === 0 ? [] : [`submodules are empty at ${name}: ${listed(submodules)}`]),
    ...(pointers.length === 0
      ? []
      : [`files of Git LFS are pointers at ${name}, not their content: ${listed(pointers)}`]),
  ];
}

function usesLargeFiles(tracked: readonly Tracked[], top: string, { files }: Host): boolean {
  return tracked
    .filter(({ path }) => path === ".gitattributes" || path.endsWith("/.gitattributes"))
    .map(({ path }) => join(top, path))
    .some(
      (path) => files.stat(path)?.kind === "file" && files.readText(path).includes("filter=lfs"),
    );
}

function isPointer(path: string, { files }: Host): boolean {
  const stat = files.stat(path);
  if (stat?.kind !== "file" || stat.bytes > POINTER_BYTES) return false;
  return files.readText(path).startsWith(POINTER);
}

/** Packages that were others at the revision. */
function packageNotes(
  folders: readonly string[],
  { top, work, name, host }: Noting & Linking,
): readonly string[] {
  const differing = folders.flatMap((folder) =>
    [...LOCKS, "package.json"]
      .filter((file) => {
        const [before, after] = [top, work].map((from) =>
          packagesIn(join(from, folder, file), host),
        );
        return before !== after;
      })
      .map((file) => join(folder, file)),
  );
  if (differing.length === 0) return [];
  return [
    `packages are those installed now, also for ${name}, where other ones are named: ${listed(differing)}`,
  ];
}

/** What a file says of packages; undefined where it is not there. */
function packagesIn(path: string, { files }: Host): string | undefined {
  if (files.stat(path)?.kind !== "file") return undefined;
  const text = files.readText(path).replaceAll("\r\n", "\n");
  if (!path.endsWith(`${sep}package.json`)) return text;
  try {
    const value = JSON.parse(text) as Json;
    const fields = isJsonObject(value) ? value : {};
    return canonicalJson(DEPENDENCIES.map((field) => fields[field] ?? {}));
  } catch {
    return text;
  }
}

function listed(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMES;
  const names = paths.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? `${names} and ${more} more` : names;
}
