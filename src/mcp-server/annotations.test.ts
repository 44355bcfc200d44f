import { describe, expect, test } from "vitest";
import type { Grant, LlmFunction } from "../functions/llm-function.ts";
import { toolFunction } from "../functions/llm-function.ts";
import { objectSchema } from "../functions/object-schema.ts";
import { type Effect, tool } from "../functions/tool.ts";
import { callingWorker } from "../functions/worker-function.ts";
import { annotationsOf, EFFECT_ANNOTATIONS, titleOf } from "./annotations.ts";

const input = objectSchema({});

function toolOf(effect: Effect): LlmFunction {
  const made = tool({ description: "Do.", input, effect, run: () => "done" });
  return toolFunction(effect, made, "tools.ts");
}

function worker(functions: readonly LlmFunction[], isBlocked = false) {
  const grants = functions.map((target): readonly [string, Grant] => [
    target.name,
    {
      function: target,
      inputSchema: {},
      toolset: target.name,
      approval: { preApproved: false, blocked: isBlocked },
    },
  ]);
  const functionsByName = new Map(grants);
  return callingWorker({ name: "w", description: "W.", file: "w", functions: functionsByName });
}

describe("a worker", () => {
  test("changes nothing without tools, or with pure ones", () => {
    expect(annotationsOf(worker([]))).toEqual(EFFECT_ANNOTATIONS.pure);
    expect(annotationsOf(worker([toolOf("pure")]))).toEqual(EFFECT_ANNOTATIONS.pure);
  });

  test("may do what the widest of its tools may do, at any depth", () => {
    const inner = worker([toolOf("pure"), toolOf("local")]);
    expect(annotationsOf(worker([inner]))).toEqual(EFFECT_ANNOTATIONS.local);
    expect(annotationsOf(worker([inner, toolOf("external")]))).toEqual(EFFECT_ANNOTATIONS.external);
  });

  test("may not do what is blocked", () => {
    expect(annotationsOf(worker([toolOf("external")], true))).toEqual(EFFECT_ANNOTATIONS.pure);
  });

  test("that calls itself has an end", () => {
    const grants = new Map<string, Grant>();
    const own = callingWorker({ name: "w", description: "W.", file: "w", functions: grants });
    const approval = { preApproved: false, blocked: false };
    grants.set("w", { function: own, inputSchema: {}, toolset: "w", approval });
    expect(annotationsOf(own)).toEqual(EFFECT_ANNOTATIONS.pure);
  });

  test("whose model searches the web reaches the world", () => {
    const searching = { ...worker([]), serverTools: [{ tool_type: "web_search" }] as never };
    expect(annotationsOf(searching)).toEqual(EFFECT_ANNOTATIONS.external);
  });
});

test.each([
  ["send_mail", "Send mail"],
  ["sendMail", "Send mail"],
  ["list-all-files", "List all files"],
  ["parseHTML", "Parse HTML"],
  ["add", "Add"],
  ["_", "_"],
])("the title of %s is %s", (name, title) => expect(titleOf(name)).toBe(title));
