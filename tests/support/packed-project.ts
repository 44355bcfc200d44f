import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./cli.ts";
import { folderWith } from "./cli-project.ts";

/**
 * A folder with these files in which the tarball that npm would publish is unpacked as `llm-do`. Its
 * dependencies and vitest are linked beside it, as if npm had installed them.
 */
export function packedProject(files: Readonly<Record<string, string>>) {
  const folder = folderWith(files);
  const modules = join(folder.path, "node_modules");
  mkdirSync(join(modules, "llm-do"), { recursive: true });
  for (const name of readdirSync(join(repository, "node_modules"))) {
    if (name.startsWith(".") || name === "llm-do") continue;
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  }
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", modules], {
    cwd: repository,
    stdio: "ignore",
  });
  const tarball = readdirSync(modules).find((name) => /^llm-do-.*\.tgz$/.test(name));
  if (tarball === undefined) throw new Error("npm packed nothing");
  execFileSync("tar", ["-xzf", tarball, "-C", "llm-do", "--strip-components=1"], { cwd: modules });
  return folder;
}
