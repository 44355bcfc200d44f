import { describe, expect, test } from "vitest";
import { aTool, aWorker, runEntry } from "../support/project.ts";

interface Names {
  readonly flag?: string;
  readonly environment?: string;
  readonly main?: string;
  readonly helper?: string;
}

/** Runs main, which asks its model and calls helper; gives the two models that were asked. */
async function modelsOf({ flag, environment, main, helper }: Names, isCodeEntry = false) {
  const helperWorker = aWorker("helper", { model: helper });
  const script = `
- { when: { worker: main }, tool_call: { name: helper, input: { input: Help. } } }
- { when: { worker: helper }, text: Helped. }
- { when: { worker: main }, text: Done. }`;
  const entry = isCodeEntry
    ? aTool("main", { run: (_input, ctx) => ctx.call("helper", "Help.") })
    : aWorker("main", { model: main, calls: [helperWorker] });
  const { asked, error } = await runEntry(entry, {
    script,
    space: [helperWorker],
    model: flag,
    defaultModel: environment,
  });
  const modelOf = (worker: string) => asked.find(({ caller }) => caller?.worker === worker)?.model;
  return { main: modelOf("main"), helper: modelOf("helper"), error };
}

describe("the model of a worker", () => {
  test.each<[string, Names, string, string]>([
    ["its own", { main: "p:main", helper: "p:helper" }, "p:main", "p:helper"],
    [
      "the flag's, for the entry only",
      { flag: "p:flag", main: "p:main", helper: "p:helper" },
      "p:flag",
      "p:helper",
    ],
    ["its caller's, where it names none", { main: "p:main" }, "p:main", "p:main"],
    [
      "its caller's, where the flag chose that",
      { flag: "p:flag", main: "p:main" },
      "p:flag",
      "p:flag",
    ],
    [
      "its caller's before the environment's",
      { environment: "p:env", main: "p:main" },
      "p:main",
      "p:main",
    ],
    ["the environment's, where nobody names one", { environment: "p:env" }, "p:env", "p:env"],
    [
      "its own before the environment's",
      { environment: "p:env", main: "p:main", helper: "p:helper" },
      "p:main",
      "p:helper",
    ],
    [
      "the flag's before the environment's",
      { flag: "p:flag", environment: "p:env" },
      "p:flag",
      "p:flag",
    ],
  ])("is %s", async (_which, names, main, helper) => {
    expect(await modelsOf(names)).toMatchObject({ main, helper });
  });

  test.each<[string, Names, string]>([
    ["its own before the flag's", { flag: "p:flag", helper: "p:helper" }, "p:helper"],
    ["the flag's before the environment's", { flag: "p:flag", environment: "p:env" }, "p:flag"],
    ["the environment's", { environment: "p:env" }, "p:env"],
  ])("under a code entry is %s", async (_which, names, helper) => {
    expect(await modelsOf(names, true)).toMatchObject({ helper });
  });

  test.each<Names>([{}, { environment: "" }])(
    "is missing where nobody names one: %j",
    async (names) => {
      const { error } = await modelsOf(names);
      expect(error?.report()).toBe(`Failed to run "main": no model is named
  at main.worker
Try: add a line to its front matter, such as model: anthropic:claude-haiku-4-5
Try: or pass --model, or set LLM_DO_MODEL`);
      expect(error?.exitCode).toBe(2);
    },
  );
});

describe("a worker with compatible_models", () => {
  const main = aWorker("main", { model: undefined, compatibleModels: ["anthropic:*", "test"] });

  test("takes a model that fits one of the patterns", async () => {
    const { asked } = await runEntry(main, { model: "anthropic:claude-haiku-4-5" });
    expect(asked[0]?.model).toBe("anthropic:claude-haiku-4-5");
  });

  test("ends the run under any other model", async () => {
    const { error, asked } = await runEntry(main, { model: "openai:gpt-5" });
    expect(error?.report()).toBe(`Failed to run "main": it is not compatible with openai:gpt-5
  at main.worker
Try: a model that fits its compatible_models: anthropic:*, test`);
    expect(asked).toEqual([]);
  });

  test("ends the run when it would inherit any other, even where code catches errors", async () => {
    const helper = aWorker("helper", { model: undefined, compatibleModels: ["anthropic:*"] });
    const careless = aTool("careless", {
      run: (_input, ctx) => ctx.call("helper", "x").catch(() => "never mind"),
    });
    const entry = aWorker("main", { calls: [careless, helper] });
    const { error } = await runEntry(entry, { script: "- tool_call: { name: careless }\n- Done." });
    expect(error).toMatchObject({ code: "configuration", exitCode: 2 });
  });
});
