// The JSON Schemas of the package: they come from what reads the files.
import { schemaOf } from "../src/format/schema.ts";
import { COMPARE_SCHEMA } from "../src/hardening/compare/report/report-schema.ts";
import type { JsonSchema } from "../src/model/json.ts";
import { PROJECT_CONFIG } from "../src/project/config/project-config.ts";
import { frontMatterSchema } from "../src/project/front-matter-schema.ts";
import { LOCK, LOCK_FILE } from "../src/project/lock/lock-file.ts";
import { PROJECT_CONFIG_FILE } from "../src/project/project-paths.ts";
import { CASE_FILE } from "../src/testing/cases/file/case-keys.ts";
import { CASES_ENDING } from "../src/testing/cases/file/case-name.ts";
import { TOOLSET_FORMATS } from "../src/toolsets/config-formats.ts";

/** By the names of their files in `dist`. */
export const PUBLISHED_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  "cases.schema.json": schemaOf(`llm-do cases (*${CASES_ENDING})`, CASE_FILE),
  "lock.schema.json": schemaOf(`llm-do lock file (${LOCK_FILE})`, LOCK),
  "project.schema.json": schemaOf(`llm-do project file (${PROJECT_CONFIG_FILE})`, PROJECT_CONFIG),
  "worker.schema.json": frontMatterSchema(TOOLSET_FORMATS),
  "compare.schema.json": COMPARE_SCHEMA,
};
