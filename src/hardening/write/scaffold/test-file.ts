import { isJsonObject } from "../../../model/json.ts";
import { type Comparator, describeComparator } from "../../agree/comparator.ts";
import { domainName } from "./domain-file.ts";
import { isPlainName, type Scaffold, type TrainExample } from "./scaffold.ts";
import { LINE_CHARS, valueCode } from "./value-code.ts";

/** So many recorded answers must have been asked about, each answered by itself. */
const FIXED_POINTS = 3;

/**
 * The text of `NAME.test.ts`: the recordings to learn from as examples, and the properties.
 *
 * @param mostDeclined how many of the recordings the tool may leave to the prompt; undefined while it
 *   has not been written
 */
export function testFile(
  { worker: { name }, train, trainFile, comparator }: Scaffold,
  mostDeclined: number | undefined,
): string {
  const domain = domainName(name);
  const isExact = comparator.kind === "exact";
  const agreement = isExact
    ? "isDeepStrictEqual(output, given.value)"
    : "agrees(output, given.value, comparator)";
  return `import { readFileSync } from "node:fs";
${isExact ? 'import { isDeepStrictEqual } from "node:util";\n' : ""}import fc from "fast-check";
import ${isExact ? "type { " : "{ agrees, type "}CallContext } from "llm-do";
import { describe, expect, test } from "vitest";
import { ${domain} } from ${JSON.stringify(`./${name}.domain.ts`)};
${importLine(name)}

/** What the prompt answered to one input, each answer once. Held-out recordings are not among them. */
interface Recording {
  readonly input: Input;
  readonly outputs: readonly Output[];
}

const file = new URL(${JSON.stringify(trainFile)}, import.meta.url);
const lines = readFileSync(file, "utf8").trimEnd().split("\\n");
const recordings: readonly Recording[] = lines.map((line) => JSON.parse(line));
const examples = recordings.map(({ input }): [Input] => [input]);

/** How many of them the tool may leave to the prompt: lower it as the tool learns. */
const MOST_DECLINED = ${mostDeclined ?? "recordings.length"};
${isExact ? "" : comparatorCode(comparator)}
const inputs = (${domain}.generate?.(fc) ??
  fc.constantFrom(...recordings.map(({ input }) => input))) as fc.Arbitrary<Input>;

describe(${JSON.stringify(name)}, () => {
  test("is a tool without effects that takes what was recorded", async () => {
    const { description, effect, input, run } = ${isPlainName(name) ? name : "hardened"};
    expect({ described: description !== "", effect }).toEqual({ described: true, effect: "pure" });
    for (const recorded of recordings) {
      expect((await input["~standard"].validate(recorded.input)).issues).toBeUndefined();
      expect(run(recorded.input, {} as CallContext)).toEqual(answer(recorded.input));
    }
  });

  test("answers as the prompt did, or declines", () => {
    const others = recordings.filter(({ input, outputs }) => {
      const given = answer(input);
      return given.ok && !outputs.some((output) => ${agreement});
    });
    expect(others).toEqual([]);
  });

  test("leaves no more to the prompt than it did", () => {
    const declined = recordings.filter(({ input }) => !answer(input).ok);
    expect(declined.length).toBeLessThanOrEqual(MOST_DECLINED);
  });

  test("may answer for what was recorded, and as the prompt did", () => {
    for (const { input, outputs } of recordings) {
      expect(${domain}.accepts(input)).toBe(true);
      for (const output of outputs) expect(${domain}.check(input, output)).toBe(true);
    }
  });
${PROPERTIES}${isIdempotent(train) ? IDEMPOTENT : ""}});
`;
}

const PROPERTIES = `
  test("never throws", () => {
    const property = fc.property(inputs, (input) => {
      answer(input);
    });
    fc.assert(property, { examples });
  });

  test("answers what fits the schema", () => {
    const property = fc.property(inputs, (input) => {
      expect(outputSchema.safeParse(answer(input)).error).toBeUndefined();
    });
    fc.assert(property, { examples });
  });

  test("answers the same when asked again", () => {
    const property = fc.property(inputs, (input) => {
      expect(answer(input)).toEqual(answer(input));
    });
    fc.assert(property, { examples });
  });

  test("leaves its input as it is", () => {
    const property = fc.property(inputs, (input) => {
      const before = structuredClone(input);
      answer(input);
      expect(input).toEqual(before);
    });
    fc.assert(property, { examples });
  });
`;

const IDEMPOTENT = `
  // It held wherever the prompt was asked about an answer of its own.
  test("answers its own answers with themselves, or declines", () => {
    const property = fc.property(inputs, (input) => {
      const given = answer(input);
      const again = given.ok ? answer({ input: given.value }) : given;
      if (given.ok && again.ok) expect(again.value).toBe(given.value);
    });
    fc.assert(property, { examples });
  });
`;

/** The names that the test imports of the tool's file, sorted by what they are called here. */
function importLine(name: string): string {
  const own = isPlainName(name) ? name : `${JSON.stringify(name)} as hardened`;
  const sortKey = (imported: string) => imported.replace(/^type |^.* as /, "").toLowerCase();
  const names = ["answer", "type Input", "type Output", "outputSchema", own].sort((left, right) =>
    sortKey(left) < sortKey(right) ? -1 : 1,
  );
  const from = `from ${JSON.stringify(`./${name}.ts`)};`;
  const line = `import { ${names.join(", ")} } ${from}`;
  if (line.length <= LINE_CHARS) return line;
  return `import {\n${names.map((each) => `  ${each},\n`).join("")}} ${from}`;
}

function comparatorCode(comparator: Comparator): string {
  const before = "const comparator = ";
  const place = { indent: 0, besides: before.length + 1 };
  return `${before}${valueCode(describeComparator(comparator), place)};\n`;
}

/** Whether the prompt answered its own answers with themselves, as often as it was asked. */
function isIdempotent(train: readonly TrainExample[]): boolean {
  const answers = new Map<string, unknown>();
  for (const { input, outputs } of train) {
    const text = isJsonObject(input) ? input["input"] : undefined;
    if (typeof text !== "string" || Object.keys(input ?? {}).length > 1) return false;
    answers.set(text, outputs[0]);
  }
  const asked = [...answers.values()].filter(
    (output): output is string => typeof output === "string" && answers.has(output),
  );
  return asked.length >= FIXED_POINTS && asked.every((output) => answers.get(output) === output);
}
