import { dirname, join, relative, resolve, sep } from "node:path";
import { stringify } from "yaml";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { snakeKey } from "../../format/camel-keys.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { Host } from "../../host/host.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import type { LockHost } from "../../host/locks/lock-holder.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { findUpwards, projectTop } from "../project-paths.ts";
import { schemaComment, schemaCommentOf } from "../schema-comment.ts";
import {
  LOCK_FILE,
  LOCK_VERSION,
  type Lock,
  type LockedFunction,
  type PinnedServer,
  parseLock,
} from "./lock-file.ts";

/** A project's lock file, whether it is there or not. */
export interface FoundLock {
  /** Absolute. */
  readonly path: string;
  readonly lock: Lock;
}

/**
 * The lock file of a folder's project: the nearest one upwards, or else the empty one that would
 * stand at the top of the project.
 *
 * @throws LlmDoError `configuration` when it cannot be read or is wrong
 */
export function findLock(folder: string, host: Pick<Host, "files" | "cwd">): FoundLock {
  const path = findUpwards(LOCK_FILE, folder, host.files);
  if (path === undefined) {
    return { path: join(projectTop(folder, host), LOCK_FILE), lock: { functions: [] } };
  }
  return { path, lock: parseLock(lockText(path, host.files), path) };
}

function lockText(path: string, files: FileSystem): string {
  try {
    return files.readText(path);
  } catch (cause) {
    // Going on without it could give the place of a prompt to code that lost it.
    throw new LlmDoError({
      code: "configuration",
      verb: "read",
      what: path,
      reason: `the lock file cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`,
      place: { file: path },
      cause,
    });
  }
}

/**
 * Changes a lock file as it is at that moment; processes that change it at once do so one after the
 * other.
 *
 * @param folder as for {@link findLock}
 * @param by.change the same lock where nothing is to be written
 * @param by.onWarning told of the lock of a process that has ended, when it is taken over
 * @returns what stands there afterwards
 * @throws LlmDoError as findLock does, and `file` when it cannot be written
 */
export function changeLock(
  folder: string,
  by: {
    readonly change: (found: FoundLock) => Lock;
    readonly onWarning: (text: string) => void;
  },
  host: LockHost & Pick<Host, "cwd">,
): FoundLock {
  const { path } = findLock(folder, host);
  return withLock(path, host, {
    onWarning: by.onWarning,
    change: () => {
      const found = findLock(folder, host);
      const lock = by.change(found);
      if (lock !== found.lock) host.files.write(path, printLock(lock, commentOf(path, host)));
      return { path, lock };
    },
  });
}

/** The line that tells editors of the schema: as it stands in the file, or a new one. */
function commentOf(path: string, { files }: Pick<Host, "files">): string {
  const written = files.stat(path) ? schemaCommentOf(lockText(path, files)) : undefined;
  return written ?? schemaComment("lock.schema.json", dirname(path), { files });
}

/** A lock with one function changed or added, the others as they are. */
export function withFunction(lock: Lock, changed: LockedFunction): Lock {
  const { functions } = lock;
  const index = functions.findIndex(({ worker }) => worker === changed.worker);
  if (index < 0) return { ...lock, functions: [...functions, changed] };
  return { ...lock, functions: functions.with(index, changed) };
}

/** What a lock says of a worker's file. */
export function lockedFunction(
  { path, lock }: FoundLock,
  workerPath: string,
): LockedFunction | undefined {
  const folder = dirname(path);
  return lock.functions.find(({ worker }) => resolve(folder, worker) === workerPath);
}

/** A path as a lock file says it. */
export function lockPath({ path }: Pick<FoundLock, "path">, target: string): string {
  return relative(dirname(path), target).split(sep).join("/");
}

const HEADING = `# Written by llm-do promote: which functions have code beside their prompt, and who answers.
# Commit it. An alarm writes it, too: it sets mode: prompt and says why under reverted.
`;

const PINS_HEADING = `# Below mcp: how servers described their tools when calls of them were allowed. Commit it.
# A tool that its server describes otherwise is asked about again.
`;

/** The order in which the fields of a function are written. */
const FIELDS = [
  "worker",
  "name",
  "mode",
  "tool",
  "domain",
  "certificate",
  "with",
  "share",
  "check",
  "comparator",
  "falseAlarmEvery",
  "reverted",
] as const satisfies readonly (keyof LockedFunction)[];

/**
 * The text of a lock file. Reading it gives the same lock, servers and tools in order.
 *
 * @param comment the line above all others that tells editors of the schema
 */
export function printLock({ functions, mcp = [] }: Lock, comment: string): string {
  const listed = functions.map((one) =>
    Object.fromEntries(
      FIELDS.flatMap((field) => (one[field] === undefined ? [] : [[snakeKey(field), one[field]]])),
    ),
  );
  const pinned = mcp.length > 0;
  const isSwapped = listed.length > 0 || !pinned;
  const said = {
    version: LOCK_VERSION,
    ...(isSwapped ? { functions: listed } : {}),
    ...(pinned ? { mcp: printedPins(mcp) } : {}),
  };
  const heading = `${comment}\n${isSwapped ? HEADING : ""}${pinned ? PINS_HEADING : ""}`;
  return heading + stringify(said, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Servers by what they are known by and tools by name, so that a change is one in one place. */
function printedPins(servers: readonly PinnedServer[]) {
  return servers
    .toSorted((left, right) => order(canonicalJson(left.server), canonicalJson(right.server)))
    .map(({ server, tools }) => ({
      server,
      tools: tools
        .toSorted((left, right) => order(left.name, right.name))
        .map(({ name, hash, description, inputSchema }) => ({
          name,
          hash,
          description,
          input_schema: inputSchema,
        })),
    }));
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
