import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { inlineSchema } from "../../src/functions/inline-schema.ts";
import type { Schema } from "../../src/functions/schema.ts";
import type { Json, JsonSchema } from "../../src/model/json.ts";
import { ANSWERED_OTHERWISE, type Exceptions, REFUSED } from "./exceptions.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonSchema | boolean;
  readonly tests: readonly {
    readonly description: string;
    readonly data: Json;
    readonly valid: boolean;
  }[];
}

interface Ending {
  /** Groups that were refused, with the reason. */
  readonly refused: readonly (readonly [name: string, reason: string])[];
  readonly otherwise: readonly string[];
  readonly told: readonly string[];
  readonly passed: number;
}

const origin = { key: "schema", place: { file: "a.worker" } };

async function runFolder(folder: string): Promise<Ending> {
  const refused: [string, string][] = [];
  const otherwise: string[] = [];
  const told: string[] = [];
  let passed = 0;
  for (const file of readdirSync(join(import.meta.dirname, folder)).sort()) {
    const text = readFileSync(join(import.meta.dirname, folder, file), "utf8");
    for (const { description, schema, tests } of JSON.parse(text) as Group[]) {
      const name = `${folder}/${file}: ${description}`;
      const loaded = await load(schema);
      if (typeof loaded === "string") {
        refused.push([name, loaded]);
        continue;
      }
      for (const one of tests) {
        const before = JSON.stringify(one.data);
        const result = await loaded["~standard"].validate(one.data);
        expect(JSON.stringify(one.data), "the value is left as it is").toBe(before);
        told.push(...(result.issues ?? []).map((issue) => issue.message));
        if ((result.issues === undefined) === one.valid) passed += 1;
        else otherwise.push(`${name}: ${one.description}`);
      }
    }
  }
  return { refused, otherwise, told, passed };
}

/** A loaded schema, or why it was refused. Here a schema is a map; the suite has true and false. */
async function load(schema: JsonSchema | boolean): Promise<Schema | string> {
  try {
    return await inlineSchema(typeof schema === "boolean" ? { allOf: [schema] } : schema, origin);
  } catch (error) {
    if (isLlmDoError(error)) return error.reason;
    throw error;
  }
}

const namesIn = (exceptions: readonly Exceptions[], folder: string) =>
  exceptions.flatMap(({ names }) => names.filter((name) => name.startsWith(folder))).sort();

describe.each([
  ["draft2020-12", 1200],
  ["draft7", 156],
])("the official tests of %s", async (folder, count) => {
  const ending = await runFolder(folder);

  test("pass, but for those that are listed", () => {
    expect(ending.otherwise.toSorted()).toEqual(namesIn(ANSWERED_OTHERWISE, folder));
    expect(ending.passed).toBe(count);
  });

  test("have no schema that is refused, but for those that are listed, each for its reason", () => {
    expect(ending.refused.map(([name]) => name).sort()).toEqual(namesIn(REFUSED, folder));
    for (const [name, reason] of ending.refused) {
      const listed = REFUSED.find(({ names }) => names.includes(name));
      expect(reason).toContain(listed?.reason);
    }
  });

  test("are told of in words of our own", () => {
    expect(ending.told.length).toBeGreaterThan(50);
    for (const message of ending.told) {
      expect(message).not.toMatch(/boolean schema|subschema|does not fit$|undefined|\[object/i);
    }
  });
});
