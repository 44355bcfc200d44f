import type { RecordedRun } from "../../cassette/file/header.ts";
import { reasonOf } from "../../errors/reason-of.ts";
import type { Project } from "../project.ts";
import { type ProjectOutcome, type ProjectRun, runProject } from "../run/run-project.ts";
import { RunFolder } from "./run-folder.ts";

/** What is done about a run beside running it. */
interface Keeping {
  readonly cassette: ProjectRun["cassette"];
  end(isDone: boolean): void;
}

/**
 * Runs a project and keeps what passes its gates: in its own cassette where it has one, which is
 * then known as the last run's, else in a new one in the project's {@link RunFolder}. That the run
 * cannot be kept is a warning, and changes nothing about the run.
 *
 * @throws LlmDoError what keeps the run from starting; an error of the run itself is an outcome
 */
export async function runKept(
  project: Project,
  run: ProjectRun,
  recorded: RecordedRun,
): Promise<ProjectOutcome> {
  const keeping = keepingOf(run, recorded);
  let isDone = false;
  try {
    const outcome = await runProject(project, { ...run, cassette: keeping.cassette });
    isDone = outcome.ended.kind === "done";
    // Nobody asked for a cassette, so nobody is told what it served.
    return run.cassette ? outcome : { ...outcome, summary: undefined };
  } finally {
    keeping.end(isDone);
  }
}

function keepingOf({ cassette, host, onWarning }: ProjectRun, recorded: RecordedRun): Keeping {
  const what = cassette ? "not known as the last one" : "not kept";
  const tell = (error: unknown) => onWarning(`this run is ${what}: ${reasonOf(error)}`);
  const folder = new RunFolder(host);
  try {
    return cassette ? keptElsewhere(folder, cassette, tell) : keptHere(folder, recorded, tell);
  } catch (error) {
    tell(error);
    return { cassette, end: () => undefined };
  }
}

function keptElsewhere(
  folder: RunFolder,
  cassette: NonNullable<ProjectRun["cassette"]>,
  tell: (error: unknown) => void,
): Keeping {
  const { path, mode } = cassette;
  // There it stays when the run fails: the cassette is then that of a run before.
  folder.setLast(mode === "record" ? `${path}.recording` : path);
  return {
    cassette,
    end: (isDone) => {
      if (mode === "record" && isDone) trying(() => folder.setLast(path), tell);
    },
  };
}

function keptHere(folder: RunFolder, run: RecordedRun, tell: (error: unknown) => void): Keeping {
  const path = folder.reserve(run.entry);
  folder.setLast(path);
  const onUnwritable = (error: unknown) => {
    tell(error);
    // A part of a run would be of no use.
    trying(() => folder.remove(path), tell);
  };
  return {
    cassette: { path, mode: "auto", run, onUnwritable },
    end: () => trying(() => folder.removeEmpty(path), tell),
  };
}

function trying(action: () => void, tell: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    tell(error);
  }
}
