import { isAbsolute, join } from "node:path";
import { about, byKind, converted, listOf } from "../../format/combine.ts";
import { mapOf } from "../../format/map.ts";
import { type Format, fieldError, type ValueOf, wrongValue } from "../../format/reader.ts";
import { oneOf, textLike } from "../../format/scalars.ts";
import type { WallRules } from "../../host/wall/wall.ts";
import type { BuiltInPlace } from "../built-in-factory.ts";

/** What a worker's file says of the wall around the programs of a toolset. */
export interface SandboxConfig {
  readonly network: readonly string[];
  readonly writable: readonly string[];
  readonly readOnly: readonly string[];
  readonly unreadable: readonly string[];
}

/** `a.org`, `*.a.org`, `localhost`, `127.0.0.1`, `[::1]`, each with or without a port. */
const DOMAIN =
  /^(?:(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|localhost|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;

/**
 * Files that say how llm-do runs. They are protected where they exist: to keep a file from being made
 * takes an empty one in its place, which git and llm-do itself would see.
 */
const OWN_FILES = ["llm-do.yaml", "llm-do.lock.yaml", ".llm-do"] as const;

const domain: Format<string> = converted(textLike("a domain", /^/), (written, field) => {
  if (isDomain(written)) return written;
  throw wrongValue(field, "a domain", [
    "write domains without a scheme or a path: registry.npmjs.org, *.example.com, example.com:443",
  ]);
});

/** A wildcard below a top-level domain alone would admit what anybody can register. */
function isDomain(text: string): boolean {
  if (!DOMAIN.test(text)) return false;
  const port = /:([0-9]+)$/.exec(text.replace(/^\[[^\]]*\]/, ""))?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  return !text.startsWith("*.") || text.slice(2).includes(".");
}

const path: Format<string> = converted(
  textLike("a path", /^[^\0]*[^\s\0][^\0]*$/),
  (written, field) => {
    if (!/[*?]/.test(written)) return written;
    throw fieldError(field, `is ${JSON.stringify(written)}, and patterns are not read`, [
      "name each file or folder",
    ]);
  },
);

/** A list, or the only item of one. */
function oneOrMore(item: Format<string>, expects: string): Format<readonly string[]> {
  return byKind(expects, {
    scalar: converted(item, (only): readonly string[] => [only]),
    list: listOf(item, { expects }),
  });
}

const workspace = oneOf(["workspace"]);

/** The keys of `sandbox`. */
export const SANDBOX_KEYS = mapOf({
  kind: about("the only kind; may be left out", workspace),
  network: about(
    "can be reached, and nothing else: `example.com`, `*.example.com`, `example.com:443`",
    oneOrMore(domain, "a list of domains"),
  ),
  writable: about(
    "further folders that can be written to; they must exist",
    oneOrMore(path, "a list of folders"),
  ),
  read_only: about("in there, cannot be written to", oneOrMore(path, "a list of paths")),
  unreadable: about("cannot be read, such as `.env`", oneOrMore(path, "a list of paths")),
});

/** `sandbox` of a toolset: `workspace`, or a map for a wall with doors. */
export const SANDBOX: Format<SandboxConfig> = byKind("workspace or a map", {
  scalar: converted(workspace, () => wallWith({})),
  map: converted(SANDBOX_KEYS, wallWith),
});

function wallWith({
  network = [],
  writable = [],
  read_only: readOnly = [],
  unreadable = [],
}: ValueOf<typeof SANDBOX_KEYS>): SandboxConfig {
  return { network, writable, readOnly, unreadable };
}

/** Where a wall is built, and what it protects there. */
export type WallPlace = Pick<BuiltInPlace, "cwd" | "workerPath"> &
  Partial<Pick<BuiltInPlace, "projectFiles">>;

/** The rules of a wall around programs that work in a project. */
export function wallRules(config: SandboxConfig, place: WallPlace): WallRules {
  const { cwd, workerPath, projectFiles = [] } = place;
  const at = (path: string) => (isAbsolute(path) || /^~(\/|$)/.test(path) ? path : join(cwd, path));
  return {
    writable: [cwd, ...config.writable.map(at)],
    readOnly: config.readOnly.map(at),
    readOnlyIfThere: [...OWN_FILES.map(at), workerPath, ...projectFiles],
    unreadable: [...CREDENTIAL_PATHS, ...config.unreadable.map(at)],
    network: config.network,
  };
}

/**
 * Files and folders where programs keep credentials. Programs behind a wall cannot read them; see
 * docs/toolsets/sandbox.md, which lists them.
 */
export const CREDENTIAL_PATHS = [
  "~/.ssh",
  "~/.gnupg",
  "~/.aws",
  "~/.azure",
  "~/.kube",
  "~/.docker",
  "~/.netrc",
  "~/.npmrc",
  "~/.yarnrc.yml",
  "~/.pypirc",
  "~/.git-credentials",
  "~/.pgpass",
  "~/.my.cnf",
  "~/.vault-token",
  "~/.password-store",
  "~/.config/gh",
  "~/.config/glab-cli",
  "~/.config/git/credentials",
  "~/.config/gcloud",
  "~/.config/op",
  "~/.config/doctl",
  "~/.config/llm-do",
  "~/.cargo/credentials",
  "~/.cargo/credentials.toml",
  "~/.gem/credentials",
  "~/.terraform.d/credentials.tfrc.json",
  "~/.local/share/keyrings",
  "~/.mozilla",
  "~/.config/google-chrome",
  "~/.config/chromium",
  "~/Library/Keychains",
  "~/.claude",
  "~/.claude.json",
  "~/.codex",
  "~/.bash_history",
  "~/.zsh_history",
  "/etc/shadow",
] as const;
