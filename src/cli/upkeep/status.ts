import { resolve } from "node:path";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import { type CassetteStatus, cassetteStatus } from "../../testing/status/cassette-status.ts";
import { CassetteUsers } from "../../testing/status/cassette-users.ts";
import { namedCassettes } from "../../testing/status/named-cassettes.ts";
import { orphanLines, orphansAround } from "../../testing/status/orphans.ts";
import { renamedCases } from "../../testing/status/renamed-case.ts";
import { statusText } from "../../ui/cassette-status-text.ts";
import { jsonView } from "../../ui/json-view.ts";

/** The flags of `llm-do cassette status`. */
export interface StatusFlags {
  readonly json?: true;
  /** As often as it was given. */
  readonly verbose?: true | number;
}

/**
 * `llm-do cassette status`: says how cassettes stand against what the project asks for today.
 *
 * @returns 0 when all are fresh, 3 when one is not, 2 when of one it cannot be told
 * @throws LlmDoError `file` or `cases` when no cassette is meant
 */
export async function printStatus(
  words: readonly string[],
  { json, verbose }: StatusFlags,
  host: Host,
): Promise<ExitCode> {
  const statuses = await statusesOf(words, host);
  const named = statuses.map((status) => ({ ...status, path: shown(status.path, host) }));
  const write = jsonView(host.stderr);
  if (json) for (const status of named) write({ kind: "cassette", ...status });
  host.stdout.write(statusText(named, Boolean(verbose)));
  const users = new CassetteUsers(host);
  const orphans = orphansOfWords(words, users, host);
  if (json) for (const path of orphans) write({ kind: "orphan", path: shown(path, host) });
  const renamed = orphans.length > 0 ? renamedCases(users.casesAround(host.cwd), host) : new Map();
  for (const line of orphanLines(orphans, host, renamed)) host.stdout.write(`${line}\n`);
  const codes = statuses.map(exitCodeOf);
  return codes.find((code) => code === EXIT.cassette) ?? codes.find((code) => code !== 0) ?? 0;
}

/** Recordings that no case uses, in the folders that words name; no words mean all around here. */
function orphansOfWords(
  words: readonly string[],
  users: CassetteUsers,
  host: Host,
): readonly string[] {
  if (words.length === 0) return orphansAround(users, host);
  const folders = words
    .map((word) => resolve(host.cwd, word))
    .filter((path) => host.files.stat(path)?.kind === "directory");
  return [...new Set(folders.flatMap((folder) => orphansAround(users, host, folder)))];
}

/** The cassettes that words name, each with what its runs ask for today. */
export async function statusesOf(
  words: readonly string[],
  host: Host,
): Promise<readonly CassetteStatus[]> {
  const users = new CassetteUsers(host);
  const statuses: CassetteStatus[] = [];
  for (const path of namedCassettes(words, users, host)) {
    statuses.push(await cassetteStatus(path, users.runsOf(path), host));
  }
  return statuses;
}

function exitCodeOf(status: CassetteStatus): ExitCode {
  switch (status.state) {
    case "fresh":
    case "imported":
      return EXIT.done;
    case "stale":
    case "unrecorded":
      return EXIT.cassette;
    case "unknown":
      return status.exitCode;
  }
}
