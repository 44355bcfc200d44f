import { resolve } from "node:path";
import { stepsBelow } from "../../host/steps-below.ts";
import type { FileScope } from "./file-scope.ts";

/** What a path means, found out from the text alone: the disk is not looked at. */
export type Location =
  /** Below the scope's folder. */
  | { readonly kind: "inside"; readonly names: readonly string[] }
  /** Elsewhere, where the scope allows that; absolute. */
  | { readonly kind: "outside"; readonly path: string }
  | { readonly kind: "refused"; readonly reason: string };

/** PATH_MAX of Linux, limits.h; the other systems' limits are lower or of the same order. */
const MAX_PATH_BYTES = 4096;

export function locationOf(path: string, scope: FileScope): Location {
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
