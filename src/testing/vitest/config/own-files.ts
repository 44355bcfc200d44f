import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The address of {@link REGISTER}. */
export const REGISTER_URL = import.meta.resolve("llm-do/vitest/register-cases");

/** The module that makes tests of cases, by the package's own name: bundles move files about. */
export const REGISTER = fileURLToPath(REGISTER_URL);

/** The folder that holds all that this package brings. */
const FOLDER = fileURLToPath(new URL("..", REGISTER_URL));

/** The command line. */
export const BIN = join(FOLDER, "bin/llm-do.js");

/**
 * Finds what this package brings. The runner loads it as Node does: it is built already, and many
 * times the size of what is tested. A pattern, since a name counts below a `node_modules` only, and
 * there a linked package is not.
 */
export const OWN_FILES = new RegExp(`^${literalPattern(FOLDER)}`);

/** The module that brings the fixtures of tests in code. */
export const FIXTURES = new RegExp(
  `^${literalPattern(fileURLToPath(import.meta.resolve("llm-do/vitest")))}$`,
);

/** A text as a pattern that finds just that. */
function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
