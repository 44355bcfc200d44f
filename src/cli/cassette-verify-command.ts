import { dirname, resolve } from "node:path";
import { CassetteFile } from "../cassette/cassette-file.ts";
import { verifyCassette } from "../cassette/verify.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { formatPlace } from "../errors/place.ts";
import type { Host } from "../host/host.ts";
import { loadProjectConfig } from "../project/project-config.ts";

/**
 * `llm-do cassette verify`: prints a line for each cassette when all are good, else what is wrong.
 *
 * @throws LlmDoError `cassette-damaged` when anything is wrong
 */
export async function verifyCommand(paths: readonly string[], host: Host): Promise<void> {
  const problems: string[] = [];
  const good: string[] = [];
  for (const path of paths) {
    const absolute = resolve(host.cwd, path);
    const { rules } = loadProjectConfig(dirname(absolute), host.files);
    const file = CassetteFile.read(path, host.files);
    const findings = verifyCassette(file, rules);
    problems.push(...findings.map(({ place, problem }) => `${formatPlace(place)}: ${problem}`));
    const { length } = file.slices;
    good.push(`${path}: ${length} ${length === 1 ? "entry" : "entries"}, all fit\n`);
  }
  if (problems.length === 0) {
    host.stdout.write(good.join(""));
    return;
  }
  throw new LlmDoError({
    code: "cassette-damaged",
    verb: "verify",
    what: paths.join(" "),
    reason: `${problems.length} ${problems.length === 1 ? "entry is" : "entries are"} wrong`,
    details: problems.map((line) => `  ${line}`),
    tries: ["restore the file from version control, or record it anew with --mode record"],
  });
}
