import { join, resolve } from "node:path";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";

/** The folder that a worker's paths are relative to. */
export interface FileScope {
  /** `base`: nothing else is reachable; `project`: what lies outside of it is, after asking. */
  readonly kind: "base" | "project";
  /** The folder as it was given, absolute. */
  readonly given: string;
  /** The same with links resolved. */
  readonly root: string;
}

/** Resolves the folder once; a link that takes its place later is refused. */
export function openScope(
  { basePath }: { readonly basePath: string | undefined },
  projectFolder: string,
  files: ConfinedFiles,
): FileScope {
  const kind = basePath === undefined ? "project" : "base";
  const given = resolve(projectFolder, withHome(basePath ?? ".", files.homeFolder));
  return { kind, given, root: files.settle(given) };
}

/** `~` is expanded in the configuration, as a shell does, and nowhere else. */
function withHome(path: string, homeFolder: string): string {
  return path === "~" || path.startsWith("~/") ? join(homeFolder, path.slice(1)) : path;
}
