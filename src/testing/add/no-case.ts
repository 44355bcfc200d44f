import { isAbsolute, normalize } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { isJsonObject } from "../../model/json.ts";
import type { TestCase } from "../cases/test-case.ts";
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
 * @throws LlmDoError `usage` for a run with attachments from outside of the project, which others who
 * check it out do not have
 */
export function checkAttachments({ run }: ChosenRun): void {
  const { attachments } = isJsonObject(run.input) ? run.input : {};
  if (!Array.isArray(attachments)) return;
  const outside = attachments.find(
    (path) => typeof path === "string" && (isAbsolute(path) || normalize(path).startsWith("..")),
  );
  if (outside === undefined) return;
  throw new LlmDoError({
    code: "usage",
    verb: "add",
    what: String(outside),
    reason:
      "the run attached it, and it lies outside of the project: a case runs where others check it out",
    tries: ["copy it into the project, attach the copy, and run again"],
  });
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
