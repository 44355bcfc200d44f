// Interim: replaced by the reader of llm-do.yaml.
import type { CassetteRules } from "../cassette/rules.ts";
import { NO_RULES } from "../cassette/rules.ts";
import type { FileSystem } from "../host/file-system.ts";
import type { ProviderTable } from "../providers/provider-table.ts";

export interface ProjectConfig {
  readonly rules: CassetteRules;
  readonly providers: ProviderTable;
}

export function loadProjectConfig(_folder: string, _files: FileSystem): ProjectConfig {
  return { rules: NO_RULES, providers: {} };
}
