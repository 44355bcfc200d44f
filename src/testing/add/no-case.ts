import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { isJsonObject } from "../../model/json.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import type { Failure } from "../run/failure.ts";
import type { ChosenRun } from "./chosen-run.ts";

/** @throws LlmDoError `usage` for a run with `--set`, which a case cannot say */
export function checkSet({ run }: ChosenRun): void {
  if (run.set === undefined) return;
  throw new LlmDoError({
    code: "usage",
    verb: "add",
    what: `--set ${run.set.join(" --set ")}`,
    reason: "the run was made with it, and a case runs its worker as the file has it",
    tries: ["write it into the worker's front matter and run again"],
  });
}

/**
 * @param one the case that it would be
 * @throws LlmDoError `usage` for a run that used files or programs, where the case says nowhere
 * that its runs are to keep away from the project's own folder
 */
export function checkLocalEffects({ file }: ChosenRun, one: TestCase): void {
  if (one.workspace !== undefined || one.tools === "recorded") return;
  const effects = file.slices.filter(({ kind }) => kind === "effect");
  const local = effects.map((slice) => file.fields(slice)).filter(({ kind }) => kind === "local");
  if (local.length === 0) return;
  const tools = [...new Set(local.map(({ tool }) => String(tool)))].join(", ");
  throw new LlmDoError({
    code: "usage",
    verb: "add",
    what: one.name,
    reason: `its tools work on files or run programs (${tools}), and each test would do so in the project's own folder`,
    tries: [
      "--workspace DIR: each test works in a copy of DIR, which holds what was there before the run",
      "--tools recorded: they are answered from the recording, and nothing is touched",
    ],
  });
}

/**
 * @param workspace absolute path of the folder of which each test gets a copy
 * @throws LlmDoError `usage` for a run with attachments that tests elsewhere do not find: from
 * outside of the project, or not in the workspace
 */
export function checkAttachments(
  { run }: ChosenRun,
  workspace: string | undefined,
  host: Host,
): void {
  const { attachments } = isJsonObject(run.input) ? run.input : {};
  if (!Array.isArray(attachments)) return;
  const folder = dirname(run.files[0] ?? "");
  for (const path of attachments) {
    if (typeof path !== "string") continue;
    if (leadsOut(path, folder, host)) {
      throw cannotAttach(
        path,
        "it lies outside of the project: a case runs where others check it out",
        ["copy it into the project, attach the copy, and run again"],
      );
    }
    if (workspace === undefined || host.files.stat(join(workspace, path))) continue;
    throw cannotAttach(
      path,
      "the workspace, in which each test would look for it, does not hold it",
      [`copy it to ${relative(host.cwd, join(workspace, path))}`],
    );
  }
}

/** Links are followed: others get what is in the project, and not what it links to. */
function leadsOut(path: string, folder: string, { files }: Host): boolean {
  if (isAbsolute(path) || normalize(path).startsWith("..")) return true;
  const whole = join(folder, path);
  if (!files.stat(whole)) return false;
  return relative(files.realPath(folder), files.realPath(whole)).startsWith("..");
}

function cannotAttach(path: string, why: string, tries: readonly string[]): LlmDoError {
  const reason = `the run attached it, and ${why}`;
  return new LlmDoError({ code: "usage", verb: "add", what: path, reason, tries });
}

/** The error for a run that is no case, since it does not come out as it did. */
export function doesNotReplay(what: string, { kind, message }: Failure): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "add",
    what,
    reason: "it does not pass in replay, so nothing was added",
    details: message
      .split("\n")
      .filter((line) => !line.startsWith("Try: ")) // of a case that there is not
      .map((line) => `  ${line}`),
    tries: kind === "unused" ? OTHER_RUNS : CHANGED,
  });
}

const OTHER_RUNS = [
  "run it again without --cassette, so that its recording holds nothing of other runs",
];

const CHANGED = [
  "run it again, if a worker, a tool or a file has changed since, or a model could not answer",
  "or name what differs in every run under volatile in llm-do.yaml, and run it again",
];
