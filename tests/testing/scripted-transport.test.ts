import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { STOP_REASONS } from "../../src/model/event.ts";
import { parseScript, readScript } from "../../src/providers/script/script-file.ts";
import { SCRIPT_ENTRY, type ScriptItem } from "../../src/providers/script/script-item.ts";
import { type ScriptedAnswer, ScriptedTransport } from "../../src/testing/index.ts";
import { failure } from "../support/cassettes.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

const text = fc.lorem({ maxCount: 4 });
const part = fc.oneof(
  fc.record({ text }),
  fc.record({ thinking: text, text, stop: fc.constantFrom(...STOP_REASONS) }),
  fc.record(
    {
      tool_call: fc.record(
        { name: text, input: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())) },
        { requiredKeys: ["name"] },
      ),
      delay_ms: fc.nat(),
      usage: fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
      when: fc.record({ worker: text, contains: text }, { requiredKeys: [] }),
    },
    { requiredKeys: ["tool_call"] },
  ),
);
const answer = fc.oneof(
  text,
  part,
  fc.record({ error: fc.record({ status: fc.nat(), message: text }) }),
  fc.tuple(text, fc.record({ text })),
);

describe("a script in TypeScript", () => {
  test("is what the same words say in a script file", () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), (answers) => {
        const values = JSON.parse(JSON.stringify(answers));
        const file = parseScript(stringify(values), "script.yaml");
        const withoutPlace = ({ place: _place, ...item }: ScriptItem) => item;
        expect(readScript(values, "s").map(withoutPlace)).toEqual(file.map(withoutPlace));
      }),
    );
  });

  test("may say all that a script file may", () => {
    const whole: Required<Exclude<ScriptedAnswer, string | readonly unknown[]>> = {
      text: "",
      thinking: "",
      tool_call: { name: "" },
      stop: "end",
      usage: {},
      delay_ms: 0,
      error: {},
      when: {},
    };
    expect(Object.keys(whole).toSorted()).toEqual(Object.keys(SCRIPT_ENTRY.keys).toSorted());
  });

  test("that says something else is an error with its item", async () => {
    const wrong = ["Hello.", { txt: "Hi." }] as unknown as readonly ScriptedAnswer[]; // as from JavaScript
    const error = await failure(() => new ScriptedTransport(wrong));
    expect(error.report()).toBe(
      'Failed to read "the script of the test": unknown key "txt" in "[1]"\n' +
        '  at item 2 of the script of the test\nTry: write "text"',
    );
  });

  test("that is empty is an error", async () => {
    expect((await failure(() => new ScriptedTransport([]))).reason).toBe(
      "the script holds no items",
    );
  });
});

describe("a scripted transport", () => {
  test("remembers what it was asked, by whom", async () => {
    using project = addingProject();
    const script = new ScriptedTransport(ADDS);
    await project.run({ script });
    expect(script.requests.map(({ caller }) => caller)).toEqual([
      { callId: "main", worker: "main" },
      { callId: "main", worker: "main" },
    ]);
    expect(script.requests[0]).toMatchObject({ system: "You add." });
    expect(script.requests[1]?.messages).toHaveLength(3);
    expect(script.remaining).toBe(0);
    script.assertAllUsed();
  });

  test("answers only the requests that an answer is for", async () => {
    using project = addingProject();
    const script = new ScriptedTransport([
      { text: "I help.", when: { worker: "helper" } },
      { tool_call: { name: "helper", input: { input: "Help." } } },
      { text: "Helped.", when: { contains: "I help." } },
    ]);
    expect((await project.run({ script })).output).toBe("Helped.");
    script.assertAllUsed();
  });

  test("is for the test to look at: what is unused is told when the test asks", async () => {
    using project = addingProject();
    const script = new ScriptedTransport([...ADDS, { text: "Never.", when: { worker: "helper" } }]);
    expect((await project.run({ script })).error).toBeUndefined();
    expect(script.remaining).toBe(1);
    const error = await failure(() => script.assertAllUsed());
    expect(error.report()).toContain("unused: item 3 of the script of the test");
  });
});
