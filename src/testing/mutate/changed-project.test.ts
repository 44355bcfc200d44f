import { describe, expect, test } from "vitest";
import { aTool, aWorker, closeCircle } from "../../../tests/support/project.ts";
import type { LlmFunction } from "../../functions/llm-function.ts";
import type { Project } from "../../project/project.ts";
import { changeProject } from "./changed-project.ts";
import { changedSchema } from "./worker-mutations.ts";

function projectOf(entry: LlmFunction, ...others: readonly LlmFunction[]): Project {
  const space = new Map([entry, ...others].map((one) => [one.name, one] as const));
  return { folder: "/p", workFolder: "/p", space, entry };
}

describe("a project with a worker changed", () => {
  const helper = aWorker("helper", { calls: [aTool("add")] });
  const main = aWorker("main", { calls: [helper] });
  closeCircle(helper, main);
  const project = projectOf(main, helper);
  const changed = changeProject(project, {
    worker: (one) => (one.name === "main" ? { ...one, instructions: "Other." } : one),
  });

  test("has it changed wherever it is known, also in a circle of workers", () => {
    const inHands = changed.space.get("helper");
    expect(changed.entry).toMatchObject({ instructions: "Other." });
    expect(changed.space.get("main")).toBe(changed.entry);
    if (inHands?.kind !== "worker") throw new TypeError("no worker");
    expect(inHands.functions.get("main")?.function).toBe(changed.entry);
    expect(inHands.functions.get("add")).toEqual(helper.functions.get("add"));
  });

  test("leaves the project as it was", () => {
    expect(main.instructions).toBe("You are main.");
    expect(project.entry).toBe(main);
    expect(helper.functions.get("main")?.function).toBe(main);
  });
});

describe("a changed schema", () => {
  test.each([
    [{ type: "object", properties: { a: { type: "string" } } }, { a: { type: "number" } }],
    [{ type: "object", properties: { a: { type: "number" } } }, { a: { type: "string" } }],
    [{ type: "object", properties: { a: true } }, { a: { type: "string" } }],
    [{ type: "object" }, { "llm-do-changed": { type: "string" } }],
    [{ type: "object", properties: {} }, { "llm-do-changed": { type: "string" } }],
  ])("of %j takes something else", (schema, properties) => {
    expect(changedSchema(schema)).toEqual({ ...schema, properties });
  });
});
