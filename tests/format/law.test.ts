import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type * as combine from "../../src/format/combine.ts";
import type { Format } from "../../src/format/reader.ts";
import { filledText, text } from "../../src/format/scalars.ts";
import { schemaOf } from "../../src/format/schema.ts";
import type { Json, JsonSchema } from "../../src/model/json.ts";
import { workerSource } from "../../src/worker/front-matter.ts";
import { fieldOf } from "../support/described.ts";
import { changedIn, nearValid } from "./near-valid.ts";

/** What was refused by the conversion of a `converted`. */
const refusals = vi.hoisted(() => new WeakSet<object>());

vi.mock("../../src/format/combine.ts", async (original) => {
  const real = await original<typeof combine>();
  const converted: typeof combine.converted = (format, convert, expects) =>
    real.converted(
      format,
      (value, field) => {
        try {
          return convert(value, field);
        } catch (error) {
          if (typeof error === "object" && error !== null) refusals.add(error);
          throw error;
        }
      },
      expects,
    );
  return { ...real, converted };
});

// Test files share their modules: what another file loaded knows nothing of the conversions' spy.
vi.resetModules();
const { DESCRIBED_FILES, DESCRIPTIONS } = await import("./descriptions.ts");
afterAll(() => {
  vi.doUnmock("../../src/format/combine.ts");
  vi.resetModules();
});

const SOURCE = workerSource("m.worker");

/**
 * The law: for JSON without null a reader refuses all that its schema refuses; what the schema takes
 * and the reader refuses is refused by a conversion.
 */
class Law {
  readonly schema: JsonSchema;
  /** How many values the schema took. */
  taken = 0;
  readonly #format: Format<unknown>;
  readonly #validator: Validator;

  constructor(name: string, format: Format<unknown>) {
    this.#format = format;
    this.schema = schemaOf(name, format);
    this.#validator = new Validator(this.schema, "2020-12", true);
  }

  breachBy(json: Json): string | undefined {
    const refusal = this.#refusalOf(json);
    if (!this.#validator.validate(json).valid) {
      return refusal ? undefined : "the schema refuses what the reader takes";
    }
    this.taken++;
    if (!refusal || refusals.has(refusal)) return undefined;
    return `the schema takes what the reader refuses: ${refusal.message}`;
  }

  #refusalOf(json: Json): Error | undefined {
    try {
      this.#format.read(fieldOf(json, SOURCE));
      return undefined;
    } catch (error) {
      if (isLlmDoError(error)) return error;
      throw error;
    }
  }
}

test.each([...DESCRIPTIONS])("the description of %s keeps the law", (name, format) => {
  const law = new Law(name, format);
  fc.assert(
    fc.property(nearValid(law.schema), (json) => {
      expect(law.breachBy(json)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
  expect(law.taken).toBeGreaterThan(20);
});

test.each(DESCRIBED_FILES)(
  "the description of %s keeps the law where one thing is changed",
  (name, format, sample) => {
    const law = new Law(name, format);
    expect(law.breachBy(sample)).toBeUndefined();
    expect(law.taken).toBe(1);
    fc.assert(
      fc.property(changedIn(sample), (json) => {
        expect(law.breachBy(json)).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
    expect(law.taken).toBeGreaterThan(20);
  },
);

test("a description that breaks it is found", () => {
  const wide = new Law("wide", { ...text, schema: () => ({ type: "number" }) });
  expect(wide.breachBy("a")).toBe("the schema refuses what the reader takes");
  const narrow = new Law("narrow", { ...filledText, schema: () => ({ type: "string" }) });
  expect(narrow.breachBy("")).toContain("the schema takes what the reader refuses");
  expect(narrow.breachBy("a")).toBeUndefined();
});
