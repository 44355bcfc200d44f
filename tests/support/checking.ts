import { formatPlace } from "../../src/errors/place.ts";
import { type CheckRequest, checkProject } from "../../src/project/check/check-project.ts";
import { temporaryFolder, testHost } from "./host.ts";
import { writeFiles } from "./project.ts";

interface Checking extends Partial<CheckRequest> {
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes files into a folder of their own and checks them: all of a project's, unless told. */
export async function check(
  files: Readonly<Record<string, string>>,
  { env = {}, ...request }: Checking = {},
) {
  using folder = temporaryFolder();
  writeFiles(folder.path, files);
  const host = testHost({ cwd: folder.path, env });
  const all = Object.keys(files).filter((name) => /\.(?:worker|ts)$/.test(name));
  const report = await checkProject({ files: all, ...request }, host);
  const lines = report.findings.map(({ place, problem }) => `${formatPlace(place)}: ${problem}`);
  return { ...report, lines: lines.map((line) => line.replaceAll(folder.path, "<folder>")) };
}
