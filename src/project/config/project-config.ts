import { type CassetteRules, NO_RULES, type RewriteRule } from "../../cassette/rules/rules.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { about } from "../../format/combine.ts";
import { mapOf, rootMap } from "../../format/map.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { ProviderTable } from "../../providers/table/provider-table.ts";
import { servers } from "../../providers/table/server-reader.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { type YamlSource, yamlError } from "../../yaml/yaml-source.ts";
import { findUpwards, PROJECT_CONFIG_FILE } from "../project-paths.ts";

import { checkStable, type PlacedRule, ruleList, secretSettings } from "./config-patterns.ts";

/** What holds for all runs of a project. */
export interface ProjectConfig {
  readonly rules: CassetteRules;
  /** Servers that the project adds to the built-in ones. */
  readonly providers: ProviderTable;
}

const EMPTY_CONFIG: ProjectConfig = { rules: NO_RULES, providers: {} };

/** Every key of the file. */
export const PROJECT_CONFIG = mapOf({
  redact: about(
    "secret: replaced in keys, requests and answers, by `<redacted>` where nothing else is said",
    ruleList("<redacted>"),
  ),
  volatile: about(
    "different in every run: replaced in keys and requests, by `<volatile>` where nothing else is said",
    ruleList("<volatile>"),
  ),
  secrets: about("what the search for secrets lets through", secretSettings),
  providers: about("model servers, by the name before the colon of `name:model`", servers),
});

/**
 * Reads the text of an `llm-do.yaml`.
 *
 * No pattern of the rules finds anything in a replacement of any of them, so that what they have
 * rewritten they leave alone.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with file, line and column
 *
 * @example
 * parseProjectConfig("volatile:\n  - '\\d\\d:\\d\\d'\n", "llm-do.yaml").rules.volatile;
 * // [{ pattern: /\d\d:\d\d/gu, replacement: "<volatile>", place: { file: "llm-do.yaml", line: 2, column: 5 } }]
 */
export function parseProjectConfig(text: string, file: string): ProjectConfig {
  const source = yamlSource(file);
  const tree = rootMap(parseYamlTree(text, source), source, "redact: ['user-\\d+']");
  const fields = PROJECT_CONFIG.read({ source, path: [], tree });
  const { redact = [], volatile = [] } = fields;
  checkStable([...redact, ...volatile]);
  return {
    rules: {
      redact: redact.map(asRule),
      volatile: volatile.map(asRule),
      ...(fields.secrets?.allow ? { allow: fields.secrets.allow } : {}),
    },
    providers: fields.providers ?? {},
  };
}

/**
 * The path of the `llm-do.yaml` of a folder: its own, or that of the nearest folder above, up to
 * the top of the project (a folder with `.git` or `package.json`); undefined when there is none.
 */
export function findProjectConfig(folder: string, files: FileSystem): string | undefined {
  return findUpwards(PROJECT_CONFIG_FILE, folder, files);
}

/**
 * Finds and reads the `llm-do.yaml` of a folder; without one there are no rules and no servers.
 *
 * @throws LlmDoError `configuration` when it cannot be read or is wrong
 */
export function loadProjectConfig(folder: string, files: FileSystem): ProjectConfig {
  const path = findProjectConfig(folder, files);
  return path === undefined ? EMPTY_CONFIG : parseProjectConfig(configText(path, files), path);
}

function configText(path: string, files: FileSystem): string {
  try {
    return files.readText(path);
  } catch (cause) {
    // Going on without it could record what it redacts.
    const reason = `the file cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`;
    throw yamlError(yamlSource(path), { reason, place: { file: path }, cause });
  }
}

function yamlSource(file: string): YamlSource {
  return { file, code: "configuration", verb: "load", noun: "the file" };
}

/** What the rest of the program needs of a rule. */
function asRule({ item: _item, field: _field, ...rule }: PlacedRule): RewriteRule {
  return rule;
}
