import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ToolFunction, WorkerFunction } from "../../src/functions/llm-function.ts";
import { jsonSchemaOf } from "../../src/functions/schema.ts";
import { isJsonObject } from "../../src/model/json.ts";
import { WORKERS } from "../../src/toolsets/workers/workers-config.ts";
import { rowsOf } from "../support/described.ts";
import { load } from "../support/loading.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";
import { workersProject } from "./workers-project.ts";

const PAGE = readFileSync(new URL("../../docs/toolsets/workers.md", import.meta.url), "utf8");

function toolOf({ functions }: WorkerFunction, name: string): ToolFunction {
  const target = functions.get(name)?.function;
  if (target?.kind !== "tool") throw new Error(`there is no tool ${name}`);
  return target;
}

describe("docs/toolsets/workers.md", () => {
  test("lists the keys that the code takes, and all that is said of them", () => {
    expect(rowsBelow(PAGE, "## Configuration")).toEqual(rowsOf(WORKERS));
  });

  test.each(["worker_create", "worker_call"])("lists what %s takes", async (name) => {
    using project = await workersProject();
    const { input } = toolOf(project.entry, name);
    const { properties } = jsonSchemaOf(input, "input", name);
    const keys = tableBelow(PAGE, `### ${name}`).map(([key]) => key);
    expect(keys).toEqual(isJsonObject(properties) ? Object.keys(properties) : []);
  });

  test("its examples are a worker that offers, and one that can be made of it", async () => {
    const [offering = "", made = ""] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
      ([, yaml = ""]) => yaml,
    );
    const { project, report } = await load({
      "main.worker": `---\nmodel: test:model\n${offering}---\nMake workers.\n`,
    });
    expect(report).toBe("");
    const main = project?.entry;
    if (main?.kind !== "worker") throw new Error("there is no main");
    const flaws = await toolOf(main, "worker_create").input["~standard"].validate({
      name: "reviewer",
      content: made,
    });
    expect(flaws.issues).toBeUndefined();
  });
});
