import { formatSplitLedger } from "../../../certificate/ledger-text.ts";
import { unwritable } from "../../../errors/unwritable.ts";
import { formatTemplates } from "../../../functions/templates/template-file.ts";
import type { Host } from "../../../host/host.ts";
import { type Comparator, describeComparator } from "../../agree/comparator.ts";
import { minedFile } from "../../recordings/templates/templates-of.ts";
import type { HardeningPaths } from "../hardening-paths.ts";
import { domainFile } from "./domain-file.ts";
import type { Scaffold, TrainExample } from "./scaffold.ts";
import { testFile } from "./test-file.ts";
import { toolFile, UNWRITTEN_BODY } from "./tool-file.ts";

/** What stands in the place of the unwritten body, and why. */
export interface WrittenBody {
  readonly code: string;
  /** Comment lines for the head of the file. */
  readonly note: string;
  /** How many of the inputs to learn from it leaves to the prompt. */
  readonly declined: number;
}

interface WriteOptions {
  /** Writes over what a person may have edited. */
  readonly force: boolean;
  /** Writes over the tool in any case. */
  readonly replaceTool?: boolean;
  readonly body?: WrittenBody | undefined;
}

/**
 * Writes the tool, its domain with its templates, its test, the recordings to learn from and the split's ledger. A ledger
 * that is there stays: it holds who has looked.
 *
 * @throws LlmDoError `file` for what cannot be written
 */
export function writeScaffold(
  scaffold: Scaffold,
  paths: HardeningPaths,
  { force, replaceTool = force, body, host }: WriteOptions & { readonly host: Host },
): readonly Written[] {
  const code = body?.code ?? UNWRITTEN_BODY;
  const ledger = formatSplitLedger(scaffold.ledger);
  const templates = formatTemplates(minedFile(scaffold.worker.name, scaffold.train));
  return [
    writeFile(paths.tool, toolFile(scaffold, code, body?.note), { force: replaceTool, host }),
    writeFile(paths.domain, domainFile(scaffold), { force, host }),
    writeFile(paths.test, testFile(scaffold, body?.declined), {
      force: force || isUntouched(paths.test, testFile(scaffold, undefined), host),
      host,
    }),
    writeFile(paths.templates, templates, { force, host }),
    ...(scaffold.isSuggested
      ? [writeFile(paths.comparator, comparatorText(scaffold.comparator), { force, host })]
      : []),
    writeFile(paths.train, trainLines(scaffold.train), { force: true, host }),
    writeFile(paths.ledger, ledger, { force: false, host }),
  ];
}

/** JSON is YAML. */
function comparatorText(comparator: Comparator): string {
  return `${JSON.stringify(describeComparator(comparator))}\n`;
}

/** Whether a tool stands there that a person has written or edited. */
export function isToolEdited(scaffold: Scaffold, { tool }: HardeningPaths, host: Host): boolean {
  if (!host.files.stat(tool)) return false;
  return !isUntouched(tool, toolFile(scaffold, UNWRITTEN_BODY), host);
}

function isUntouched(path: string, text: string, { files }: Host): boolean {
  return files.stat(path) !== undefined && files.readText(path) === text;
}

function trainLines(train: readonly TrainExample[]): string {
  return train.map(({ input, outputs }) => `${JSON.stringify({ input, outputs })}\n`).join("");
}

export interface Written {
  readonly path: string;
  /** `kept`: it was there, is not what would be written, and `--force` was not given. */
  readonly how: "wrote" | "kept" | "unchanged";
}

/** @throws LlmDoError `file` when it cannot be written */
export function writeFile(
  path: string,
  text: string,
  { force, host: { files } }: { readonly force: boolean; readonly host: Host },
): Written {
  try {
    if (files.stat(path)) {
      if (files.readText(path) === text) return { path, how: "unchanged" };
      if (!force) return { path, how: "kept" };
    }
    files.write(path, text);
    return { path, how: "wrote" };
  } catch (cause) {
    throw unwritable(cause, { path });
  }
}
