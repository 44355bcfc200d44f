import { isJsonObject, type Json } from "../model/json.ts";

/** What a program gets beside the small environment, as a worker's file says it. */
export interface ProgramVariables {
  /** Names of variables that are passed on; those that are not set are left out. */
  readonly passed: readonly string[];
  /** Values as they are written, with `${NAME}` for variables. */
  readonly written: Readonly<Record<string, string>>;
}

/** What `env` must be. */
export const EXPECTED_VARIABLES = "a list of names, or a map of texts";

const NO_VARIABLES: ProgramVariables = { passed: [], written: {} };

/** What no system takes as the name of a variable. */
const NAME = /^[^=\0]+$/;

/** Reads `env`; undefined for what it cannot be. Values may be secrets and are never shown. */
export function readProgramVariables(value: Json | undefined): ProgramVariables | undefined {
  if (value === undefined) return NO_VARIABLES;
  if (Array.isArray(value)) {
    const names = value.filter((name) => typeof name === "string" && NAME.test(name)).map(String);
    return names.length === value.length ? { passed: names, written: {} } : undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const written: Record<string, string> = Object.create(null);
  for (const [name, item] of Object.entries(value)) {
    const text = typeof item === "string" || typeof item === "number" ? String(item) : "\0";
    if (!NAME.test(name) || text.includes("\0")) return undefined;
    written[name] = text;
  }
  return { passed: [], written };
}
