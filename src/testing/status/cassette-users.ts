import { dirname } from "node:path";
import { readRecordedRun } from "../../cassette/file/header.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { projectTop, shown } from "../../project/project-paths.ts";
import { CASES_ENDING } from "../cases/file/case-name.ts";
import { DEFAULTS, parseCases } from "../cases/file/parse-cases.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { modelCassette } from "./model-cassette.ts";
import { walkFiles } from "./walk-files.ts";

/** Knows which cases there are, and by them what runs use a cassette. */
export class CassetteUsers {
  readonly #host: Host;
  readonly #byTop = new Map<string, readonly TestCase[]>();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * All cases at or below the top of the project that a folder belongs to.
   *
   * @throws LlmDoError `cases` for a file of cases that is wrong: it may use any cassette
   */
  casesAround(folder: string): readonly TestCase[] {
    const top = projectTop(folder, this.#host);
    const known = this.#byTop.get(top);
    if (known) return known;
    const { files } = this.#host;
    const found = [...walkFiles(top, files)]
      .filter((path) => path.endsWith(CASES_ENDING))
      .flatMap((path) => parseCases(files.readText(path), path, shown(path, this.#host)).cases);
    this.#byTop.set(top, found);
    return found;
  }

  /**
   * The runs that use a cassette: those of the cases that name it, or that it is of with another
   * model, else the one that its header tells of; none where neither is known.
   *
   * @param path absolute
   * @throws LlmDoError `cases` as {@link casesAround} does
   */
  runsOf(path: string): readonly TestCase[] {
    const cases = this.casesAround(dirname(path)).filter(({ cassette }) => cassette === path);
    if (cases.length > 0 || !this.#host.files.stat(path)) return cases;
    const run = readRecordedRun(this.#host.files.readText(path), path);
    const others = this.#runsOfModel(path, run?.model);
    if (others.length > 0) return others;
    if (!run) return [];
    const { limits = HEADER_RUN.limits } = run;
    return [{ ...HEADER_RUN, ...run, limits, ...this.#named(path) }];
  }

  /** The cases that a cassette is of with another model than their own. */
  #runsOfModel(path: string, model: string | undefined): readonly TestCase[] {
    if (model === undefined) return [];
    return this.casesAround(dirname(path))
      .filter(({ cassette }) => cassette !== "none" && modelCassette(cassette, model) === path)
      .map((one) => ({ ...one, model, cassette: path }));
  }

  #named(path: string): Pick<TestCase, "name" | "place" | "cassette"> {
    const file = shown(path, this.#host);
    return { name: HEADER_RUN_NAME, place: { file, line: 1 }, cassette: path };
  }
}

/** The folders that the cases of a project work in copies of. */
export function workspacesAround(folder: string, host: Host): readonly string[] {
  if (host.files.stat(folder)?.kind !== "directory") return [];
  try {
    const cases = new CassetteUsers(host).casesAround(folder);
    return [...new Set(cases.flatMap(({ workspace }) => workspace ?? []))].toSorted();
  } catch (error) {
    // A file of cases that is wrong is told by llm-do test; this needs none.
    if (isLlmDoError(error)) return [];
    throw error;
  }
}

/** Stands for a name where no case is what is run. */
export const HEADER_RUN_NAME = "";

/** What the header of a cassette does not say of its run. */
const HEADER_RUN = {
  model: undefined,
  workspace: undefined,
  approvals: { kind: "recorded" },
  limits: {},
  script: undefined,
  tools: undefined,
  expect: {},
  ...DEFAULTS,
} as const satisfies Partial<TestCase>;
