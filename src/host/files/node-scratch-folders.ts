import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { OutwardLink, type ScratchFolders } from "./file-system.ts";

export const nodeScratchFolders: ScratchFolders = scratchFoldersIn(tmpdir());

/** Makes folders in another place than the system's own for them. */
export function scratchFoldersIn(base: string): ScratchFolders {
  return {
    make: () => realpathSync(mkdtempSync(join(base, "llm-do-"))),
    copy: (from, to) => copyInto(realpathSync(from), to),
    link: (target, path) => {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path);
    },
    empty: (path) => {
      for (const name of readdirSync(path)) {
        rmSync(join(path, name), { recursive: true, force: true });
      }
    },
    remove: (path) => rmSync(path, { recursive: true, force: true }),
  };
}

function copyInto(from: string, to: string): void {
  const entries = readdirSync(from, { withFileTypes: true, recursive: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  for (const { parentPath, name } of links) checkLink(join(parentPath, name), from);
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (entry.isDirectory()) mkdirSync(target, { recursive: true });
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) cpSync(source, target);
  }
}

/** A link is followed by its text: an absolute one would lead back to where the copy was made from. */
function checkLink(link: string, folder: string): void {
  const text = readlinkSync(link);
  const targets = [resolve(dirname(link), text), realTarget(link)];
  const isInside = targets.every((path) => path === folder || `${path}`.startsWith(folder + sep));
  if (isInside && !text.startsWith("/")) return;
  throw new OutwardLink(relative(folder, link));
}

/** Where a link leads when all links on its way are followed, too. */
function realTarget(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return dirname(link); // leads to nothing
  }
}
