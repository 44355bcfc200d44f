import { basename, dirname, join, relative } from "node:path";
import type { Admission } from "../../approval/approval-request.ts";
import type { ApprovalRule } from "../../functions/tool.ts";
import type { ConfinedFiles, ConfinedPath } from "../../host/confined/confined-files.ts";
import { stepsBelow } from "../../host/steps-below.ts";
import { explained, type FileVerb, fileFailure } from "./file-failure.ts";
import type { FileScope } from "./file-scope.ts";
import { type Location, locationOf } from "./locate.ts";

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
