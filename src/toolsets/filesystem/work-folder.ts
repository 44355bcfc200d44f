import { basename, dirname, join, relative, resolve } from "node:path";
import type { Admission } from "../../approval/approval-request.ts";
import type { ApprovalRule } from "../../functions/tool.ts";
import type { ConfinedFiles, ConfinedPath } from "../../host/confined/confined-files.ts";
import { stepsBelow } from "../../host/steps-below.ts";
import { explained, type FileVerb, fileFailure } from "./file-failure.ts";

/** Where the tools of one worker work. */
export interface WorkFolder {
  readonly files: ConfinedFiles;
  /**
   * The tools' own rule. What lies outside of the folder always needs a person. A path that is
   * refused needs nobody: the call fails with the reason before it touches anything.
   */
  ruleOf(path: string, inside: ApprovalRule): ApprovalRule;
  /**
   * The flag that spares the asking for what is inside of the folder; undefined for a path outside,
   * which no flag opens.
   */
  admitOf(path: string, flag: keyof typeof ADMITS): readonly [Admission] | undefined;
  /**
   * Runs an operation on the file or folder at a path.
   *
   * @throws LlmDoError `call` with what the model can do about it
   */
  operate<T>(verb: FileVerb, path: string, operation: (target: ConfinedPath) => T): T;
  /** How a path is shown to a person: relative to the project where it lies in it. */
  shown(path: string): string;
}

/** What the flags allow when they are off. */
const ADMITS = {
  read_approval: "every file below the toolset's folder to be read, and every folder to be listed",
  write_approval: "every file below the toolset's folder to be written",
} as const;

export function createWorkFolder(
  scope: FileScope,
  projectFolder: string,
  files: ConfinedFiles,
): WorkFolder {
  return {
    files,
    ruleOf: (path, inside) => (locationOf(path, scope).kind === "outside" ? "ask" : inside),
    admitOf: (path, flag) =>
      locationOf(path, scope).kind === "outside"
        ? undefined
        : [{ config: { [flag]: false }, admits: ADMITS[flag] }],
    operate: (verb, path, operation) => {
      const location = locationOf(path, scope);
      if (location.kind === "refused") throw fileFailure(verb, path, location);
      const rootName = rootNameOf(location, verb);
      return explained({ verb, path, rootName }, () =>
        operation(targetOf(location, { scope, files, verb })),
      );
    },
    shown: (path) => {
      const location = locationOf(path, scope);
      if (location.kind === "refused") return path;
      const absolute =
        location.kind === "outside" ? location.path : join(scope.given, ...location.names);
      return stepsBelow(projectFolder, absolute)
        ? relative(projectFolder, absolute) || "."
        : absolute;
    },
  };
}

function rootNameOf(location: Location, verb: FileVerb): string {
  if (location.kind === "inside") return "the folder that paths are relative to";
  return verb === "list" ? "it" : "its folder";
}

interface Reach {
  readonly scope: FileScope;
  readonly files: ConfinedFiles;
  readonly verb: FileVerb;
}

/**
 * Outside of the folder a person agreed to the path, and links are resolved once and for all; but
 * what is written takes the place of what stands at the path itself.
 */
function targetOf(
  location: Exclude<Location, { kind: "refused" }>,
  { scope, files, verb }: Reach,
): ConfinedPath {
  if (location.kind === "inside") return { root: scope.root, names: location.names };
  const { path } = location;
  if (verb === "list") return { root: files.settle(path), names: [] };
  const settled =
    verb === "write" ? join(files.settle(dirname(path)), basename(path)) : files.settle(path);
  const name = basename(settled);
  return { root: dirname(settled), names: name === "" ? [] : [name] };
}

/** The folder that a worker's paths are relative to. */
interface FileScope {
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

/** What a path means, found out from the text alone: the disk is not looked at. */
type Location =
  /** Below the scope's folder. */
  | { readonly kind: "inside"; readonly names: readonly string[] }
  /** Elsewhere, where the scope allows that; absolute. */
  | { readonly kind: "outside"; readonly path: string }
  | { readonly kind: "refused"; readonly reason: string };

/** PATH_MAX of Linux, limits.h; the other systems' limits are lower or of the same order. */
const MAX_PATH_BYTES = 4096;

function locationOf(path: string, scope: FileScope): Location {
  const flaw = pathFlaw(path);
  if (flaw !== undefined) return { kind: "refused", reason: flaw };
  const absolute = resolve(scope.given, path);
  const names = stepsBelow(scope.given, absolute) ?? stepsBelow(scope.root, absolute);
  if (names) return { kind: "inside", names };
  if (scope.kind === "project") return { kind: "outside", path: absolute };
  const reason = "it is outside of base_path, the only folder that can be reached";
  return { kind: "refused", reason };
}

function pathFlaw(path: string): string | undefined {
  if (path === "") return "the path is empty";
  if (path.includes("\0")) return "the path contains a NUL character";
  if (!path.isWellFormed()) return "the path is not valid Unicode";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return "the path is too long";
  if (path === "~" || path.startsWith("~/")) {
    return '"~" is not expanded; give a relative path, or an absolute one';
  }
  return undefined;
}
