import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { llmDo, ROOT } from "./command.ts";

/**
 * Puts llm-do into a folder as npm would install it for a user: its own files are packed and
 * unpacked below `node_modules`, and what it depends on stands beside it.
 */
export function installLlmDo(folder: string): void {
  llmDo(); // builds it when it is not built
  const modules = join(folder, "node_modules");
  const installed = join(modules, "llm-do");
  mkdirSync(installed, { recursive: true });
  const pack = ["pack", ROOT, "--ignore-scripts", "--json", "--pack-destination", folder];
  execFileSync("npm", pack, { cwd: folder, stdio: "ignore" });
  const { name, version, dependencies } = manifest();
  const archive = join(folder, `${name}-${version}.tgz`);
  execFileSync("tar", ["-xzf", archive, "-C", installed, "--strip-components=1"]);
  for (const dependency of [...Object.keys(dependencies), "vitest"]) {
    const link = join(modules, dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", dependency), link);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest; // our own file
}
