import { LlmDoError } from "../errors/llm-do-error.ts";
import { type Hardened, isHardened } from "../functions/hardened.ts";
import { isTool, type Tool } from "../functions/tool.ts";
import {
  type BrandedToolsetFactory,
  isToolset,
  isToolsetFactory,
  type Toolset,
} from "../functions/toolset.ts";
import type { Exports } from "./load-code-file.ts";

/** What a file exports under one name. */
export interface Found<Value> {
  readonly name: string;
  readonly file: string;
  readonly value: Value;
}

export interface FoundExports {
  readonly tools: readonly Found<Tool>[];
  readonly toolsets: readonly Found<Toolset>[];
  readonly factories: readonly Found<BrandedToolsetFactory>[];
  /** Functions that have both a prompt and code. */
  readonly hardened: readonly Found<Hardened>[];
}

export const NO_EXPORTS: FoundExports = {
  tools: [],
  toolsets: [],
  factories: [],
  hardened: [],
};

/** The names that a worker may refer to and a model may call. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Adds a module's tools and toolsets, found by brand; names that start with `_` are skipped.
 *
 * @throws LlmDoError `code` for a tool whose name no model could call
 */
export function findExports(exports: Exports, file: string, before: FoundExports): FoundExports {
  const tools = [...before.tools];
  const toolsets = [...before.toolsets];
  const factories = [...before.factories];
  const hardened = [...before.hardened];
  for (const [name, value] of Object.entries(exports)) {
    if (name.startsWith("_")) continue;
    if (isTool(value)) tools.push({ name: checkName(name, file), file, value });
    else if (isHardened(value)) hardened.push({ name: checkName(name, file), file, value });
    else if (isToolsetFactory(value)) factories.push({ name, file, value });
    else if (isToolset(value)) {
      checkTools(value, file);
      toolsets.push({ name, file, value });
    }
  }
  return { tools, toolsets, factories, hardened };
}

/** @throws LlmDoError `code` when a toolset holds what no model could call */
export function checkTools({ tools }: Toolset, file: string): void {
  for (const [name, value] of Object.entries(tools)) checkTool(name, value, file);
}

function checkTool(name: string, value: unknown, file: string): void {
  checkName(name, file);
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

function checkName(name: string, file: string): string {
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
