import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../support/checking.ts";
import { codeFile, workerFile } from "../support/loading.ts";

const TOOLS = {
  "tools.ts": codeFile('export const notes = toolset({ add: aTool("add"), cut: aTool("cut") });'),
};

/** Lines that belong into front matter, and such as come of a slip or a merge. */
const line = fc.oneof(
  fc.constantFrom(
    "model: anthropic:claude-haiku-4-5",
    "model: opnai:gpt-5",
    "model: test",
    "name: other",
    "name: notes",
    "entry: true",
    "compatible_models: ['groq:*']",
    "toolsets: [notes, nots, other, shell]",
    "toolsets: { notes: { _approval_config: { add: { pre_approved: true, blocked: true } } } }",
    "toolsets: { filesystem: { base: . }, './none.ts#x': {}, 'nothing#y': {} }",
    "settings: { top_k: 3, seed: 1 }",
    "settings: { thinking: { budget_tokens: 1 } }",
    "server_side_tools: [{ tool_type: web_fetch }, { tool_type: image_generation }]",
    "input_schema: { type: object }",
    "output_schema: { type: string }",
    "output_schema: tools.ts#notes",
    "limits: { max_depth: 1 }",
    "__proto__: 1",
    "<<: *a",
  ),
  fc.string(),
);
const worker = fc.array(line, { maxLength: 4 }).map((lines) => workerFile(...lines));

describe("whatever worker files hold", () => {
  test("checking ends with findings, each with a file and one line of text", async () => {
    await fc.assert(
      fc.asyncProperty(worker, worker, fc.boolean(), async (main, other, headless) => {
        const files = { "main.worker": main, "other.worker": other, ...TOOLS };
        const { findings, lines } = await check(files, { headless });
        for (const { place, problem } of findings) {
          expect(place.file).not.toBe("");
          expect(problem).toMatch(/^\S.*$/);
        }
        expect((await check(files, { headless })).lines).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });
});

/** A chain of workers from the entry down, each with what its provider takes. */
const sound = fc
  .array(
    fc.record({
      model: fc.constantFrom("anthropic:claude-haiku-4-5", "test", undefined),
      approves: fc.boolean(),
      usesNotes: fc.boolean(),
      settings: fc.constantFrom(
        "settings: { max_tokens: 100 }",
        "settings: { temperature: 0 }",
        "",
      ),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((links) =>
    links.map(({ model, approves, usesNotes, settings }, index) => {
      const isFirst = index === 0;
      const named = model ?? (isFirst ? "anthropic:claude-haiku-4-5" : undefined);
      const granted = [
        ...(index + 1 < links.length ? [`  worker_${index + 1}: {}`] : []),
        ...(isFirst || usesNotes ? [`  notes: ${approves ? APPROVED : "{}"}`] : []),
      ];
      return workerFile(
        `name: ${isFirst ? "main" : `worker_${index}`}`,
        ...(named === undefined ? [] : [`model: ${named}`]),
        ...(granted.length === 0 ? [] : ["toolsets:", ...granted]),
        ...(settings === "" ? [] : [settings]),
      );
    }),
  );

const APPROVED = "{ _approval_config: { add: { pre_approved: true }, cut: { blocked: true } } }";

describe("a project that is sound", () => {
  test("has nothing wrong", async () => {
    await fc.assert(
      fc.asyncProperty(sound, async (workers) => {
        const named = workers.map((text, index) => [`${index}.worker`, text] as const);
        const files = { ...Object.fromEntries(named), ...TOOLS };
        expect(await check(files)).toMatchObject({ lines: [], functions: workers.length + 2 });
      }),
      { numRuns: 40 },
    );
  });

  test("is found out when one name in it is misspelt", async () => {
    await fc.assert(
      fc.asyncProperty(sound, async (workers) => {
        const named = workers.map((text, index) => [`${index}.worker`, text] as const);
        const [, main = ""] = named[0] ?? [];
        const misspelt = { "0.worker": main.replace("  notes:", "  nots:") };
        const { lines } = await check({ ...Object.fromEntries(named), ...misspelt, ...TOOLS });
        expect(lines).toEqual([expect.stringMatching(/^0\.worker:\d+:3: unknown toolset "nots"/)]);
      }),
      { numRuns: 20 },
    );
  });
});
