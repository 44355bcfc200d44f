import { dirname } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { pruneCassette } from "../../cassette/upkeep/prune.ts";
import { verifyCassette } from "../../cassette/upkeep/verify.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { shown } from "../../project/project-paths.ts";
import type { CassetteStatus } from "../../testing/status/cassette-status.ts";
import { jsonView } from "../../ui/json-view.ts";
import { pruningText } from "../../ui/pruning-text.ts";
import { statusesOf } from "./status.ts";

/** The flags of `llm-do cassette prune`. */
export interface PruneFlags {
  readonly json?: true;
  readonly dryRun?: true;
  readonly stale?: true;
}

/**
 * `llm-do cassette prune`: removes recordings that no run asks for. Where one cassette cannot be
 * pruned, none is.
 *
 * @throws LlmDoError `cassette-refused` where it is not known what is unused, `cassette-damaged` for
 * a cassette that does not verify
 */
export async function pruneCassettes(
  words: readonly string[],
  flags: PruneFlags,
  host: Host,
): Promise<void> {
  const [dryRun, withStale] = [flags.dryRun === true, flags.stale === true];
  const planned = (await statusesOf(words, host)).map((status) => plan(status, withStale, host));
  const pruned = planned.map(({ file, places, rules, draws }) =>
    pruneCassette(file, places, { host, rules, draws, dryRun }),
  );
  const named = pruned.map((one) => ({ ...one, path: shown(one.path, host) }));
  const write = jsonView(host.stderr);
  if (flags.json) for (const one of named) write({ kind: "pruned", ...one });
  host.stdout.write(pruningText(named, dryRun));
}

function plan(status: CassetteStatus, withStale: boolean, host: Host) {
  const path = shown(status.path, host);
  if (status.state === "imported") {
    throw refused(path, "it was imported: no run asks for it", ["remove the file"]);
  }
  if (status.state === "unrecorded") throw refused(path, "it is not recorded", []);
  if (status.state === "unknown") throw refused(path, status.reason, status.tries);
  const { stale, missing, unused, draws, brokenOff } = status;
  if (brokenOff !== undefined) {
    const reason = "what is unused is not known: a run that asks for it broke off";
    throw refused(path, reason, [`llm-do cassette status ${path}`], brokenOff.split("\n"));
  }
  const misses = stale.length + missing.length;
  if (misses > 0 && !withStale) {
    throw refused(path, `what is unused is not known: a replay misses ${misses}`, [
      `see what: llm-do cassette status ${path}`,
      "record it first: llm-do test --mode auto",
      "or remove what is stale as well: --stale",
    ]);
  }
  const file = CassetteFile.read(status.path, host.files);
  const { rules } = loadProjectConfig(dirname(status.path), host.files);
  const wrong = verifyCassette(file, rules);
  if (wrong.length > 0) throw damagedBefore(path, wrong);
  return { file, rules, draws, places: [...unused, ...stale].map(({ index }) => index) };
}

function damagedBefore(what: string, wrong: ReturnType<typeof verifyCassette>): LlmDoError {
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "prune",
    what,
    reason: "it does not verify, so it is left as it is",
    details: wrong.map(({ place, problem }) => `  ${formatPlace(place)}: ${problem}`),
    tries: ["restore the file from version control, or record it anew with --mode record"],
  });
}

function refused(
  what: string,
  reason: string,
  tries: readonly string[],
  details: readonly string[] = [],
): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "prune",
    what,
    reason,
    tries,
    details: details.map((line) => `  ${line}`),
  });
}
