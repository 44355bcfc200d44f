import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { PUBLISHED_SCHEMAS } from "../../scripts/published-schemas.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { parseProjectConfig } from "../../src/project/config/project-config.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { splitFrontMatter } from "../../src/worker/front-matter.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { repository } from "../support/cli.ts";

/** A kind of file: which files of the repository are of it, what reads them, and its schema. */
interface FileKind {
  readonly files: string;
  readonly schema: string;
  readonly read: (text: string, path: string) => unknown;
  readonly yamlOf?: (text: string, path: string) => string;
}

const KINDS: readonly FileKind[] = [
  {
    files: "**/*.cases.yaml",
    schema: "cases.schema.json",
    read: (text, path) => parseCases(text, path),
  },
  {
    files: "**/*.worker",
    schema: "worker.schema.json",
    read: (text, path) => parseWorker(text, path),
    yamlOf: (text, path) => splitFrontMatter(text, path).yaml,
  },
  { files: "**/llm-do.yaml", schema: "project.schema.json", read: parseProjectConfig },
  { files: "**/llm-do.lock.yaml", schema: "lock.schema.json", read: parseLock },
];

const FOLDERS = ["examples", "fixtures", "tests", "bench", "docs"];

describe.each(KINDS)("the schema of $files", ({ files, schema, read, yamlOf = (text) => text }) => {
  const checker = new Validator(PUBLISHED_SCHEMAS[schema] ?? false, "2020-12");
  const paths = FOLDERS.flatMap((folder) =>
    globSync(`${folder}/${files}`, { cwd: repository }).map(String),
  );

  test("takes all files of this repository that are read", () => {
    const refused = paths.filter((path) => {
      const text = readFileSync(resolve(repository, path), "utf8");
      if (!isRead(() => read(text, resolve(repository, path)))) return false;
      // Where a boolean is expected, the readers take those of YAML 1.1.
      return !(["1.2", "1.1"] as const).some((version) => {
        const written = parse(yamlOf(text, path), { version, merge: true }) ?? {};
        return checker.validate(withoutNulls(written)).valid;
      });
    });
    expect(refused).toEqual([]);
  });
});

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isLlmDoError(error)) return false;
    throw error;
  }
}

/** Null counts as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}
