import { basename, dirname, join, resolve } from "node:path";
import type { LlmDoError } from "../../../errors/llm-do-error.ts";
import { formatPlace, type Place } from "../../../errors/place.ts";
import { camelKeys } from "../../../format/camel-keys.ts";
import { rootMap } from "../../../format/map.ts";
import type { ValueOf } from "../../../format/reader.ts";
import type { Json } from "../../../model/json.ts";
import { parseYamlTree } from "../../../yaml/parse-yaml-tree.ts";
import type { MapTree } from "../../../yaml/tree.ts";
import { type YamlSource, yamlError } from "../../../yaml/yaml-source.ts";
import { type CASE, CASE_FILE } from "./case-keys.ts";
import { CASES_ENDING, slugOf } from "./case-name.ts";
import { judgeOf } from "./judge-expectation.ts";
import type { CaseFile, Expectations, TestCase } from "./test-case.ts";

/** What a case leaves out. */
export const DEFAULTS = { timeoutMs: 30_000, samples: 1, minPass: 1 } as const;

const MS_PER_SECOND = 1000;

/** Most values of one file of cases: a thousand cases of a hundred values each. */
const MAX_VALUES = 100_000;

/**
 * Reads the text of a `*.cases.yaml` file. Touches no other file.
 *
 * @param path absolute; what the file names is relative to its folder
 * @param file the path as errors show it
 * @throws LlmDoError `cases` with file, line and column
 *
 * @example
 * const text = "cases:\n  - name: says hello\n    input: Hello.\n    expect: { output: Hi. }\n";
 * parseCases(text, "/p/main.cases.yaml").cases[0].cassette; // "/p/cassettes/main/says-hello.yaml"
 */
export function parseCases(text: string, path: string, file = path): CaseFile {
  const source = casesSource(file);
  const tree = rootMap(parseYamlTree(text, source), source, "cases: [{ name: ... }]");
  const fields = CASE_FILE.read({ source, path: [], tree });
  const places = placesOf(tree);
  const cases = fields.cases.map((written, index) => {
    const place = places[index] ?? tree.place;
    return caseOf(withDefaults(written, fields), { path, place });
  });
  checkDistinct(cases, source);
  for (const one of cases) checkJudge(one, source);
  return { path, cases };
}

type WrittenCase = ValueOf<typeof CASE>;

/** A case with what its file says for all; which project it is about is said as a whole. */
function withDefaults(written: WrittenCase, shared: ValueOf<typeof CASE_FILE>): WrittenCase {
  const { worker, files, ...rest } = shared;
  const isOwn = written.worker !== undefined || written.files !== undefined;
  const project = { ...(worker === undefined ? {} : { worker }), ...(files ? { files } : {}) };
  const limits = { ...shared.limits, ...written.limits };
  return { ...rest, ...(isOwn ? {} : project), ...written, limits };
}

interface Origin {
  readonly path: string;
  readonly place: Place;
}

function caseOf(written: WrittenCase, { path, place }: Origin): TestCase {
  const folder = dirname(path);
  const {
    name,
    approvals = { kind: "recorded" },
    limits = {},
    entry,
    model,
    tools,
    effects,
  } = written;
  const { samples = DEFAULTS.samples, min_pass = DEFAULTS.minPass, timeout_seconds } = written;
  const inFolder = (short: string | undefined) =>
    short === undefined ? undefined : resolve(folder, short);
  return {
    name,
    place,
    files: filesOf(written, path),
    entry,
    input: inputOf(written),
    cassette: cassetteOf(written, path),
    workspace: inFolder(written.workspace),
    approvals,
    model,
    limits,
    script: inFolder(written.script),
    tools,
    effects,
    samples,
    minPass: min_pass,
    timeoutMs:
      timeout_seconds === undefined
        ? DEFAULTS.timeoutMs
        : Math.ceil(timeout_seconds * MS_PER_SECOND),
    ...(written.mutations?.accept ? { acceptedMutations: written.mutations.accept } : {}),
    expect: expectationsOf(written.expect, path),
  };
}

function filesOf({ worker, files }: WrittenCase, path: string): readonly string[] {
  const names = files ?? [worker ?? `${basename(path, CASES_ENDING)}.worker`];
  return names.map((name) => resolve(dirname(path), name));
}

function inputOf({ input = "", attachments }: WrittenCase): Json {
  if (!attachments) return input;
  const fields = typeof input === "string" ? { input } : (input as Record<string, Json>);
  return { ...fields, attachments };
}

function cassetteOf({ cassette, name }: WrittenCase, path: string): string {
  const folder = dirname(path);
  if (cassette === "none") return cassette;
  if (cassette !== undefined) return resolve(folder, cassette);
  return join(folder, "cassettes", basename(path, CASES_ENDING), `${slugOf(name)}.yaml`);
}

function expectationsOf(expect: WrittenCase["expect"], path: string): Expectations {
  const { usage, exit_code, judge, ...rest } = expect ?? {};
  return {
    ...rest,
    ...(exit_code === undefined ? {} : { exitCode: exit_code }),
    ...(usage ? { usage: camelKeys(usage) } : {}),
    ...(judge ? { judge: judgeOf(judge, path) } : {}),
  };
}

function placesOf(tree: MapTree): readonly Place[] {
  const cases = tree.entries.get("cases")?.value;
  return cases?.kind === "list" ? cases.items.map(({ place }) => place) : [];
}

function checkDistinct(cases: readonly TestCase[], source: YamlSource): void {
  const names = new Map<string, TestCase>();
  const cassettes = new Map<string, TestCase>();
  for (const one of cases) {
    const sameName = names.get(one.name);
    if (sameName) throw sharedName(source, one, sameName);
    names.set(one.name, one);
    if (one.cassette === "none") continue;
    const sameCassette = cassettes.get(one.cassette);
    if (sameCassette) throw sharedCassette(source, one, sameCassette);
    cassettes.set(one.cassette, one);
  }
}

/** A judge scores what a run answers, and its own answers are recorded beside it. */
function checkJudge({ expect, cassette, place }: TestCase, source: YamlSource): void {
  if (!expect.judge) return;
  const endsWell = expect.error === undefined && (expect.exitCode ?? 0) === 0;
  if (endsWell && cassette !== "none") return;
  throw yamlError(source, {
    reason: endsWell
      ? "a judge's answers are recorded, and the case says cassette: none"
      : "a judge scores what a run answers, and this run is expected to end in an error",
    place,
    tries: [endsWell ? "remove cassette: none" : "remove judge, or error and exit_code"],
  });
}

function sharedName(source: YamlSource, one: TestCase, other: TestCase): LlmDoError {
  return yamlError(source, {
    reason: `two cases have the name "${one.name}": the other is at ${formatPlace(other.place)}`,
    place: one.place,
    tries: ["name each case by what it shows"],
  });
}

function sharedCassette(source: YamlSource, one: TestCase, other: TestCase): LlmDoError {
  return yamlError(source, {
    reason: `"${one.name}" and "${other.name}" share the cassette ${one.cassette}`,
    place: one.place,
    tries: [
      "give each its own: what one leaves unused could not be told from what the other needs",
      "or name them so that their file names differ in more than punctuation",
    ],
  });
}

function casesSource(file: string): YamlSource {
  return { file, code: "cases", verb: "load", noun: "a file of cases", maxValues: MAX_VALUES };
}
