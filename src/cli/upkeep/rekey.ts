import { dirname } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type Rekeyed, rekeyCassette } from "../../cassette/upkeep/rekey.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { shown } from "../../project/project-paths.ts";
import { CassetteUsers } from "../../testing/status/cassette-users.ts";
import { namedCassettes } from "../../testing/status/named-cassettes.ts";
import { jsonView } from "../../ui/json-view.ts";
import { counted } from "../../words/counted.ts";
import { printable } from "../../words/printable.ts";

/** The flags of `llm-do cassette rekey`. */
export interface RekeyFlags {
  readonly json?: true;
  readonly dryRun?: true;
}

/**
 * `llm-do cassette rekey`: applies today's `redact` and `volatile` rules to recordings. Where one
 * cassette cannot be rekeyed, none is.
 *
 * @param words files and folders; none: the cassettes of all cases
 * @throws LlmDoError `cassette-damaged` for a cassette that cannot be read, `cassette-refused` for
 * one that cannot be written
 */
export function rekeyCassettes(words: readonly string[], flags: RekeyFlags, host: Host): void {
  const isDryRun = flags.dryRun === true;
  const paths = namedCassettes(words, new CassetteUsers(host), host);
  // A case whose cassette is not recorded yet has nothing to change.
  const planned = paths.filter((path) => host.files.stat(path)).map((path) => plan(path, host));
  const done = isDryRun ? planned.map(({ would }) => would) : planned.map((one) => one.apply());
  const named = done.map((one) => ({ ...one, path: shown(one.path, host) }));
  const write = jsonView(host.stderr);
  if (flags.json) for (const one of named) write({ kind: "rekeyed", ...one });
  host.stdout.write(named.map((one) => `${rekeyedText(one, isDryRun)}\n`).join(""));
}

function plan(path: string, host: Host) {
  const file = CassetteFile.read(path, host.files);
  const { rules } = loadProjectConfig(dirname(path), host.files);
  const would = rekeyCassette(file, { host, rules, dryRun: true });
  const isChanged = would.header || would.rewritten + would.rekeyed > 0;
  const apply = () => (isChanged ? rekeyCassette(file, { host, rules }) : would);
  return { would, apply };
}

function rekeyedText(
  { path, entries, rewritten, rekeyed, header }: Rekeyed,
  isDryRun: boolean,
): string {
  const name = printable(path);
  if (rewritten + rekeyed === 0) {
    return `${name}: ${header ? `${isDryRun ? "would rewrite" : "rewrote"} its header` : "nothing to change"}`;
  }
  const of = counted(entries, "entry", "entries");
  const did = isDryRun ? "would rewrite" : "rewrote";
  const keys = counted(rekeyed, "key");
  return `${name}: ${did} ${rewritten} of ${of}, ${isDryRun ? "change" : "changed"} ${keys}`;
}
