import { dirname } from "node:path";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { JsonObject } from "../../model/json.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { schemaComment } from "../../project/schema-comment.ts";
import { parseCases } from "../cases/file/parse-cases.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { type CaseOutcome, runCase } from "../cases/run/run-case.ts";
import { appendCase, CannotAppend, firstCase } from "./append-case.ts";
import { type CasePlace, shown } from "./case-place.ts";

/** A file of cases as it would be with one more case; nothing of it is written. */
export interface Draft {
  /** Absolute path of the file that it may become. */
  readonly path: string;
  /** What the file held when the draft was made of it; undefined where it is to be made. */
  readonly before: string | undefined;
  readonly text: string;
  /** The case that is new, with what the file says for all. */
  readonly added: TestCase;
}

/**
 * @throws LlmDoError `cases` where the file cannot take the case, `cassette-refused` where the case
 * holds a secret: the file is committed as recordings are
 */
export function draftWith(
  fields: JsonObject & { readonly name: string },
  place: CasePlace,
  host: Host,
): Draft {
  const { path } = place;
  const { rules } = loadProjectConfig(dirname(path), host.files);
  new SecretScanner(host.env, rules.allow).check(fields, shown(path, host));
  const text = textWith(fields, place, host);
  const { cases } = parseCases(text, path, shown(path, host));
  const added = cases.find(({ name }) => name === fields.name);
  if (!added) throw new TypeError("the case that was added is not there");
  return { path, before: place.text, text, added };
}

/** Runs the case of a draft in replay. */
export function replayDraft({ path, added }: Draft, host: Host): Promise<CaseOutcome> {
  const test = `llm-do test ${shown(path, host)} -t ${JSON.stringify(added.name)}`;
  const rerecord = `${test} --mode record`;
  return runCase(added, { mode: "replay", allowUnused: false, host, rerecord });
}

function textWith(fields: JsonObject, { path, text }: CasePlace, host: Host): string {
  if (text === undefined)
    return firstCase(fields, schemaComment("cases.schema.json", dirname(path), host));
  try {
    return appendCase(text, fields);
  } catch (error) {
    if (!(error instanceof CannotAppend)) throw error;
    throw new LlmDoError({
      code: "cases",
      verb: "add to",
      what: shown(path, host),
      reason: error.message,
      tries: ["write its cases as a list with dashes, and end the file with a line break"],
      cause: error,
    });
  }
}
