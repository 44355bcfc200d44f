import { isAbsolute, join } from "node:path";
import type { WallRules } from "../../host/wall/wall.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import type { BuiltInPlace } from "../built-in-factory.ts";
import { ConfigKeys } from "../config-keys.ts";

/** What a worker's file says of the wall around the programs of a toolset. */
export interface SandboxConfig {
  readonly network: readonly string[];
  readonly writable: readonly string[];
  readonly readOnly: readonly string[];
  readonly unreadable: readonly string[];
}

/** The keys of `sandbox`, each with what it must be. */
export const SANDBOX_KEYS = {
  kind: "workspace",
  network: "a list of domains",
  writable: "a list of folders",
  read_only: "a list of paths",
  unreadable: "a list of paths",
} as const;

/** What `sandbox` itself must be, in a toolset's table of keys. */
export const SANDBOX = "workspace or a map";

/** `a.org`, `*.a.org`, `localhost`, `127.0.0.1`, `[::1]`, each with or without a port. */
const DOMAIN =
  /^(?:(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|localhost|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;

type Keys = ConfigKeys<keyof typeof SANDBOX_KEYS>;

/**
 * Files that say how llm-do runs. They are protected where they exist: to keep a file from being made
 * takes an empty one in its place, which git and llm-do itself would see.
 */
const OWN_FILES = ["llm-do.yaml", "llm-do.lock.yaml", ".llm-do"] as const;

/**
 * Reads `sandbox` of a toolset: `workspace`, or a map for a wall with doors.
 *
 * @param toolset its name, for errors
 * @param part which part of its configuration this is in, for errors
 * @returns undefined where there is to be no wall
 * @throws LlmDoError `configuration`
 */
export function readSandbox(
  value: Json | undefined,
  toolset: string,
  part?: string,
): SandboxConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const keys: Keys = new ConfigKeys(
    toolset,
    SANDBOX_KEYS,
    part === undefined ? "sandbox" : `${part}, sandbox`,
  );
  if (value === "workspace") return readFields(keys, {});
  if (!isJsonObject(value)) {
    throw keys.refused('it must be "workspace", or a map with what else is allowed', [
      "write sandbox: workspace",
    ]);
  }
  return readFields(keys, value);
}

function readFields(keys: Keys, value: Readonly<Record<string, Json>>): SandboxConfig {
  const { kind = "workspace", network, writable, read_only, unreadable } = keys.fieldsOf(value);
  if (kind !== "workspace") throw keys.wrongValue("kind");
  return {
    network: domains(keys, network),
    writable: paths(keys, writable, "writable"),
    readOnly: paths(keys, read_only, "read_only"),
    unreadable: paths(keys, unreadable, "unreadable"),
  };
}

function domains(keys: Keys, value: Json | undefined): readonly string[] {
  const list = texts(keys, value, "network");
  const wrong = list.find((text) => !isDomain(text));
  if (wrong === undefined) return list;
  throw keys.refused(`"network" holds ${JSON.stringify(wrong)}, which is not a domain`, [
    "write domains without a scheme or a path: registry.npmjs.org, *.example.com, example.com:443",
  ]);
}

/** A wildcard below a top-level domain alone would admit what anybody can register. */
function isDomain(text: string): boolean {
  if (!DOMAIN.test(text)) return false;
  const port = /:([0-9]+)$/.exec(text.replace(/^\[[^\]]*\]/, ""))?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  return !text.startsWith("*.") || text.slice(2).includes(".");
}

function paths(
  keys: Keys,
  value: Json | undefined,
  key: "writable" | "read_only" | "unreadable",
): readonly string[] {
  const list = texts(keys, value, key);
  const wrong = list.find((text) => text.trim() === "" || text.includes("\0"));
  if (wrong !== undefined) throw keys.wrongValue(key);
  const glob = list.find((text) => /[*?]/.test(text));
  if (glob === undefined) return list;
  throw keys.refused(`"${key}" holds ${JSON.stringify(glob)}, and patterns are not read`, [
    "name each file or folder",
  ]);
}

function texts(keys: Keys, value: Json | undefined, key: keyof typeof SANDBOX_KEYS) {
  if (value === undefined) return [];
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === "string")) return list.map(String);
  throw keys.wrongValue(key);
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
