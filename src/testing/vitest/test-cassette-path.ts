import { basename, dirname, extname, join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { slugOf } from "../cases/case-name.ts";

/** A test as its file knows it. */
export interface NamedTest {
  /** Absolute. */
  readonly file: string;
  /** The names of the suites around it, from the outermost on, and its own. */
  readonly names: readonly string[];
  /** Tells tests of the same name apart. */
  readonly id: string;
}

/**
 * The cassette of a test, beside its file and named like both: `cassettes/main.test/greets.yaml`. A
 * test that runs something more than once has one for each time, numbered from the second on.
 *
 * @param count which of its runs it is, from 1
 */
export function cassettePathOf({ file, names }: NamedTest, count: number): string {
  const folder = join(dirname(file), "cassettes", basename(file, extname(file)));
  const number = count === 1 ? "" : `-${count}`;
  return join(folder, `${slugOf(names.join(" "))}${number}.yaml`);
}

/** Which test a cassette belongs to. */
const owners = new Map<string, NamedTest>();

/**
 * Says that a cassette is a test's own.
 *
 * @throws LlmDoError `cases` when it is another test's
 */
export function claimCassette(path: string, test: NamedTest): void {
  const owner = owners.get(path);
  if (owner && owner.id !== test.id) throw shared(path, test, owner);
  owners.set(path, test);
}

function shared(path: string, test: NamedTest, owner: NamedTest): LlmDoError {
  const [name, other] = [test, owner].map(({ names }) => `"${names.join(" > ")}"`);
  return new LlmDoError({
    code: "cases",
    verb: "run",
    what: test.names.at(-1) ?? "",
    reason: `${name} and ${other} share the cassette ${path}`,
    place: { file: test.file },
    tries: [
      "name them so that their file names differ in more than punctuation",
      'or give one another cassette: llm({ ..., cassette: { path: "..." } })',
    ],
  });
}
