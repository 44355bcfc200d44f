import { resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { type Hardened, isHardened } from "../../functions/hardened.ts";
import { isTool, type Tool } from "../../functions/tool.ts";
import {
  type BrandedToolsetFactory,
  isToolset,
  isToolsetFactory,
  type Toolset,
} from "../../functions/toolset.ts";
import { isWorker, type Worker } from "../../functions/worker.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../project-paths.ts";
import type { Exports } from "./load-code-file.ts";
import {
  isCalled,
  isUseful,
  type PlainExport,
  plainAdvice,
  plainKind,
  plainProblem,
} from "./plain-export.ts";

/** What a file exports under one name. */
export interface Found<Value> {
  readonly name: string;
  readonly file: string;
  readonly value: Value;
}

export interface FoundExports {
  readonly tools: readonly Found<Tool>[];
  readonly workers: readonly Found<Worker>[];
  readonly toolsets: readonly Found<Toolset>[];
  readonly factories: readonly Found<BrandedToolsetFactory>[];
  /** Functions that have both a prompt and code. */
  readonly hardened: readonly Found<Hardened>[];
  /** What was meant as a tool or a toolset, maybe, and is none. */
  readonly plain: readonly PlainExport[];
}

export const NO_EXPORTS: FoundExports = {
  tools: [],
  workers: [],
  toolsets: [],
  factories: [],
  hardened: [],
  plain: [],
};

/** Where exports come from. */
interface ExportSource {
  /** As errors name it. */
  readonly file: string;
  /** Looks for an export in the file. */
  placeOf(name: string): Place;
}

/** The names that a worker may refer to and a model may call. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Adds a module's tools and toolsets, found by brand; names that start with `_` are skipped.
 *
 * @throws LlmDoError `code` for a tool whose name no model could call, and for a file with functions
 * of which none is a tool: whoever passed it expects to find them
 */
export function findExports(
  exports: Exports,
  source: ExportSource,
  before: FoundExports,
): FoundExports {
  const { file } = source;
  const tools = [...before.tools];
  const workers = [...before.workers];
  const toolsets = [...before.toolsets];
  const factories = [...before.factories];
  const hardened = [...before.hardened];
  const plain: PlainExport[] = [];
  let hasUse = false;
  for (const [name, value] of Object.entries(exports)) {
    if (name.startsWith("_")) continue;
    const kind = plainKind(value);
    if (kind) plain.push(plainExport(value, { ...kind, name }, source));
    hasUse ||= isUseful(value);
    if (isTool(value)) tools.push({ name: checkToolName(name, file), file, value });
    else if (isWorker(value)) workers.push({ name, file, value });
    else if (isHardened(value)) hardened.push({ name: checkToolName(name, file), file, value });
    else if (isToolsetFactory(value)) factories.push({ name, file, value });
    else if (isToolset(value)) {
      checkTools(value, file);
      toolsets.push({ name, file, value });
    }
  }
  const [first] = plain;
  if (!hasUse && first) throw nothingUseful(first, plain);
  return { tools, workers, toolsets, factories, hardened, plain: [...before.plain, ...plain] };
}

function plainExport(
  value: unknown,
  kind: Pick<PlainExport, "name" | "what" | "maker">,
  { file, placeOf }: ExportSource,
): PlainExport {
  const ownName = typeof value === "function" ? value.name : undefined;
  return { ...kind, file, ownName, placeOf: () => placeOf(kind.name) };
}

function nothingUseful(any: PlainExport, plain: readonly PlainExport[]): LlmDoError {
  const first = plain.find((each) => isCalled("main", each)) ?? any;
  const others = plain.filter((each) => each !== first).map(({ name }) => name);
  const more = others.length === 0 ? "" : `; the same goes for ${others.join(", ")}`;
  return new LlmDoError({
    code: "code",
    verb: "load",
    what: first.file,
    reason: `it exports no tool: ${plainProblem(first)}${more}`,
    place: first.placeOf(),
    tries: plainAdvice(first),
  });
}

/** @throws LlmDoError `code` when a toolset holds what no model could call */
export function checkTools({ tools }: Toolset, file: string): void {
  for (const [name, value] of Object.entries(tools)) checkTool(name, value, file);
}

function checkTool(name: string, value: unknown, file: string): void {
  checkToolName(name, file);
  if (isTool(value)) return;
  throw new LlmDoError({
    code: "code",
    verb: "load",
    what: file,
    reason: `"${name}" of a toolset is not a tool`,
    place: { file },
    tries: ["make it with tool({ ... })"],
  });
}

function checkToolName(name: string, file: string): string {
  if (NAME.test(name)) return name;
  throw new LlmDoError({
    code: "code",
    verb: "load",
    what: file,
    reason: `"${name}" cannot be the name of a tool`,
    place: { file },
    tries: ["use 1 to 64 letters, digits, _ or -"],
  });
}

/** Where a code file exports a name, as far as a look at its text tells; else the file. */
export function exportPlace(name: string, file: string, host: Host): Place {
  // RegExp.escape is newer than the oldest Node that is supported.
  const literal = name.replace(/\W/g, "\\$&");
  const declares = `(?:const|let|var|(?:async\\s+)?function\\s*\\*?|class)\\s+${literal}(?![\\w$])`;
  const declaration = new RegExp(
    name === "default" ? "^export\\s+default\\b" : `^export\\s+${declares}`,
    "m",
  );
  const text = codeText(file, host);
  const at = text.search(declaration);
  if (at < 0) return { file };
  const above = text.slice(0, at).split("\n");
  return { file, line: above.length, column: (above.at(-1) ?? "").length + 1 };
}

/** A tool may come from somewhere that is no file of this project. */
function codeText(file: string, host: Host): string {
  const path = resolve(host.cwd, file);
  return host.files.stat(path)?.kind === "file" ? host.files.readText(path) : "";
}

/** A file that was loaded, as {@link findExports} and its errors speak of it. */
export function exportSource(path: string, host: Host): ExportSource {
  const file = shown(path, host);
  return { file, placeOf: (name) => exportPlace(name, file, host) };
}
