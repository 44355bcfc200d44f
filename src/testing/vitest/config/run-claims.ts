import { sep } from "node:path";
import type { Vitest } from "vitest/node";
import type { CaseRange } from "../../cases/file/test-case.ts";
import type { TestWatch } from "../watch/test-watch.ts";
import { isCasesProject } from "./cases-project.ts";

/** Shared by all copies of this package: `llm-do test` may be another than the project's own. */
const CLAIMS = Symbol.for("llm-do.run-claims");

/**
 * What the instances of the plugin in one run have agreed on. There may be several: in the
 * configuration, in that of a package, and the one that `llm-do test` brings.
 */
interface RunClaims {
  /** Folders below which the cases are somebody's. */
  readonly roots: string[];
  isAttached: boolean;
  /** The folder for what processes that run tests leave to each other. */
  scratch?: string;
  /** The cases that are run, by their files, where not all are. */
  ranges?: ReadonlyMap<string, CaseRange>;
  /** Where tests are watched. */
  watch?: TestWatch;
}

/** What has been agreed on for a run. */
export function claimsOf(vitest: Vitest): RunClaims {
  const shared = globalThis as { [CLAIMS]?: WeakMap<object, RunClaims> };
  shared[CLAIMS] ??= new WeakMap();
  // A restart, after a change of the configuration, makes the server and everything else anew.
  const known = shared[CLAIMS].get(vitest.vite);
  if (known) return known;
  const isDeclared = (vitest.config.projects ?? []).some(isCasesProject);
  const claims = { roots: isDeclared ? [vitest.config.root] : [], isAttached: false };
  shared[CLAIMS].set(vitest.vite, claims);
  return claims;
}

/**
 * Claims the cases below a folder.
 *
 * @returns whether somebody else claimed cases before, of other folders; undefined where these cases
 * are somebody's already
 */
export function claimRoot(vitest: Vitest, root: string): { readonly isFirst: boolean } | undefined {
  const { roots } = claimsOf(vitest);
  if (roots.some((other) => root === other || root.startsWith(other + sep))) return undefined;
  roots.push(root);
  return { isFirst: roots.length === 1 };
}

/** Claims what is done once for a run, such as telling what it came to; false when it is done. */
export function claimAttachment(vitest: Vitest): boolean {
  const claims = claimsOf(vitest);
  if (claims.isAttached) return false;
  claims.isAttached = true;
  return true;
}
