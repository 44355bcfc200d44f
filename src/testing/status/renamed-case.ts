import { basename, dirname, join, resolve } from "node:path";
import { BlobFolder } from "../../cassette/file/blob-folder.ts";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type RecordedRun, readRecordedRun } from "../../cassette/file/header.ts";
import { rewriteJson } from "../../cassette/rules/rewrite-request.ts";
import { rewritesOf } from "../../cassette/rules/rules.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { cassetteFolderOf } from "./cassette-folder.ts";
import { caseCassetteOf } from "./model-cassette.ts";
import { orphansOf } from "./orphans.ts";

/**
 * The recording of a case that has another name than when it was recorded: the only one that no case
 * uses and that was made of the same run, else with the same input.
 *
 * @param casesFile absolute
 * @param cases all of that file
 * @returns absolute path; undefined where the case has a cassette or none fits
 */
export function recordingOfRenamed(
  one: TestCase,
  { path: casesFile, cases }: { readonly path: string; readonly cases: readonly TestCase[] },
  host: Host,
): string | undefined {
  const { cassette } = one;
  const isOwn = cassette !== "none" && dirname(cassette) === cassetteFolderOf(casesFile);
  if (!isOwn || host.files.stat(cassette)) return undefined;
  const used = new Set(cases.map((other) => other.cassette));
  const orphans = orphansOf(casesFile, used, host).filter(isOfCase);
  const runs = orphans.map((path) => ({ path, run: runIn(path, host) }));
  const input = inputOf(one, host);
  const sameRun = runs.filter(({ run }) => run && isSameRun(run, one) && isInput(run, input));
  const sameInput = runs.filter(({ path, run }) =>
    run ? isInput(run, input) : isAskedFor(path, input, host),
  );
  const [only, ...others] = sameRun.length > 0 ? sameRun : sameInput;
  return others.length === 0 ? only?.path : undefined;
}

/** The names of cases that were renamed, by the recordings that fit them. */
export function renamedCases(cases: readonly TestCase[], host: Host): ReadonlyMap<string, string> {
  const byFile = Map.groupBy(cases, ({ place }) => resolve(host.cwd, place.file));
  const found = [...byFile].flatMap(([path, ofFile]) =>
    ofFile.map(
      (one) => [recordingOfRenamed(one, { path, cases: ofFile }, host), one.name] as const,
    ),
  );
  return new Map(found.flatMap(([path, name]) => (path === undefined ? [] : [[path, name]])));
}

/**
 * Gives a case the recording that it had under another name, with its blobs. They are copied first:
 * wherever this breaks off, the recording has all that it names.
 */
export function moveRecording(from: string, to: string, { files, scratch }: Host): void {
  const [old, moved] = [new BlobFolder(from, files), new BlobFolder(to, files)];
  for (const name of old.list()) moved.write(name, files.readBytes(join(`${from}.blobs`, name)));
  files.rename(from, to);
  scratch.remove(`${from}.blobs`);
}

/** What a case says that is replayed and has no cassette. */
export function renamedHint(from: string): string {
  const name = basename(from).replace(/\.ya?ml$/, "");
  return `Try: recording of "${name}" fits: llm-do test --mode auto moves it`;
}

/** A recording with another model than the case's own is not that of a case by itself. */
function isOfCase(path: string): boolean {
  return /\.ya?ml$/.test(path) && caseCassetteOf(path) === undefined;
}

function runIn(path: string, { files }: Host): RecordedRun | undefined {
  return readRecordedRun(files.readText(path), path);
}

/** The input as the project's rules leave it, which is what stands in a cassette. */
function inputOf({ input, files: [first = ""] }: TestCase, { files }: Host): Json {
  const { request } = rewritesOf(loadProjectConfig(dirname(first), files).rules);
  return request ? rewriteJson(input, request) : input;
}

function isSameRun(run: RecordedRun, { files, entry, model, set = [] }: TestCase): boolean {
  const isEntry = entry === undefined || entry === run.entry;
  return (
    isEntry &&
    run.model === model &&
    isSameJson([...run.files], [...files]) &&
    isSameJson(run.set ?? [], set)
  );
}

function isInput(run: RecordedRun, input: Json): boolean {
  return isSameJson(run.input, input);
}

/** Whether the first request of a cassette without a header says the input, where that is a text. */
function isAskedFor(path: string, input: Json, { files }: Host): boolean {
  try {
    const file = CassetteFile.read(path, files);
    const [first] = file.slices.filter(({ kind }) => kind === "exchange");
    const messages = first && file.fields(first)["messages"];
    const [asked] = Array.isArray(messages) ? messages : [];
    return isJsonObject(asked) && asked["user"] !== undefined && isSameJson(asked["user"], input);
  } catch (error) {
    if (isLlmDoError(error)) return false;
    throw error;
  }
}

function isSameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left as Json) === canonicalJson(right as Json); // both are JSON
}
