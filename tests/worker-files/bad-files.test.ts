import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";

const BAD = new URL("../../fixtures/worker-files/bad/", import.meta.url);

/** Each file with its whole report, line by line. */
const REPORTS: readonly (readonly [file: string, ...report: string[]])[] = [
  [
    "alias-bomb.worker",
    'Failed to load "alias-bomb.worker": front matter has more than 10000 values, those behind aliases counted',
    "  at alias-bomb.worker:5:9",
  ],
  [
    "approval-is-flag.worker",
    'Failed to load "approval-is-flag.worker": "toolsets.shell._approval_config.run" must be a map with pre_approved or blocked, not true',
    "  at approval-is-flag.worker:4:30",
  ],
  [
    "approval-not-flag.worker",
    'Failed to load "approval-not-flag.worker": "toolsets.shell._approval_config.run.blocked" must be true or false, not text "no"',
    "  at approval-not-flag.worker:5:23",
  ],
  [
    "circular-alias.worker",
    'Failed to load "circular-alias.worker": the alias *loop has no finished anchor &loop before it',
    "  at circular-alias.worker:3:10",
  ],
  [
    "closed-with-text.worker",
    'Failed to load "closed-with-text.worker": the --- that closes the front matter must stand alone on its line',
    "  at closed-with-text.worker:3:1",
  ],
  [
    "compatible-models-empty.worker",
    'Failed to load "compatible-models-empty.worker": "compatible_models" must be a list of model patterns and is empty',
    "  at compatible-models-empty.worker:2:20",
  ],
  [
    "compatible-models-text.worker",
    'Failed to load "compatible-models-text.worker": "compatible_models" must be a list of model patterns, not text "anthropic:*"',
    "  at compatible-models-text.worker:2:20",
  ],
  [
    "crlf-place.worker",
    'Failed to load "crlf-place.worker": "settings.temperature" must be a number from 0 to 2, not text "warm"',
    "  at crlf-place.worker:4:16",
  ],
  [
    "custom-tag.worker",
    'Failed to load "custom-tag.worker": front matter is not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function',
    "  at custom-tag.worker:2:7",
  ],
  [
    "duplicate-key.worker",
    'Failed to load "duplicate-key.worker": the key "model" is given twice, first on line 2',
    "  at duplicate-key.worker:4:1",
    "Try: keep one of the two",
  ],
  [
    "duplicate-number-key.worker",
    'Failed to load "duplicate-number-key.worker": the key "1" is given twice, first on line 3',
    "  at duplicate-number-key.worker:3:18",
    "Try: keep one of the two",
  ],
  [
    "empty-file.worker",
    'Failed to load "empty-file.worker": front matter is missing',
    "  at empty-file.worker:1:1",
    'Try: begin the file with the lines "---", "name: NAME" and "---"',
  ],
  [
    "infinite-number.worker",
    'Failed to load "infinite-number.worker": .inf is not a number that JSON can say',
    "  at infinite-number.worker:2:26",
  ],
  [
    "key-is-list.worker",
    'Failed to load "key-is-list.worker": a key must be text, not a list, a map, an alias or nothing',
    "  at key-is-list.worker:2:3",
  ],
  [
    "language-js.worker",
    'Failed to load "language-js.worker": front matter is YAML only, and "js" follows the opening ---',
    "  at language-js.worker:1:4",
    "Try: write --- alone on the first line and YAML below it",
  ],
  [
    "language-json.worker",
    'Failed to load "language-json.worker": front matter is YAML only, and "json" follows the opening ---',
    "  at language-json.worker:1:4",
    "Try: write --- alone on the first line and YAML below it",
  ],
  [
    "late-front-matter.worker",
    'Failed to load "late-front-matter.worker": front matter must start on the first line',
    "  at late-front-matter.worker:1:1",
    'Try: begin the file with the lines "---", "name: NAME" and "---"',
  ],
  [
    "limit-negative.worker",
    'Failed to load "limit-negative.worker": "limits.max_usd" must be a number above 0, not the number -1',
    "  at limit-negative.worker:3:12",
  ],
  [
    "list-for-front-matter.worker",
    'Failed to load "list-for-front-matter.worker": front matter must be keys with values, not a list',
    "  at list-for-front-matter.worker:2:1",
    "Try: write one key per line, as in: name: main",
  ],
  [
    "max-tokens-fraction.worker",
    'Failed to load "max-tokens-fraction.worker": "settings.max_tokens" must be a whole number of at least 1, not the number 1.5',
    "  at max-tokens-fraction.worker:2:25",
  ],
  [
    "missing-front-matter.worker",
    'Failed to load "missing-front-matter.worker": front matter is missing',
    "  at missing-front-matter.worker:1:1",
    'Try: begin the file with the lines "---", "name: NAME" and "---"',
  ],
  [
    "model-and-compatible-models.worker",
    'Failed to load "model-and-compatible-models.worker": "model" (line 2) and "compatible_models" (line 4) exclude each other',
    "  at model-and-compatible-models.worker:4:1",
    "Try: keep one of the two",
  ],
  [
    "model-is-map.worker",
    'Failed to load "model-is-map.worker": "model" must be text that is not empty, not a map',
    "  at model-is-map.worker:2:8",
  ],
  [
    "name-is-number.worker",
    'Failed to load "name-is-number.worker": "name" must be 1 to 64 letters, digits, _ or -, not the number 42',
    "  at name-is-number.worker:2:7",
    'Try: write it in quotes: "42"',
  ],
  [
    "name-with-space.worker",
    'Failed to load "name-with-space.worker": "name" must be 1 to 64 letters, digits, _ or -, not text "my worker"',
    "  at name-with-space.worker:2:7",
  ],
  [
    "no name here.worker",
    'Failed to load "no name here.worker": "name" is missing and the file\'s name does not make one (1 to 64 letters, digits, _ or -)',
    "  at no name here.worker:1:1",
    "Try: add a line to the front matter: name: NAME",
  ],
  [
    "no-instructions.worker",
    'Failed to load "no-instructions.worker": there are no instructions',
    "  at no-instructions.worker:3:1",
    "Try: write what the model is to do below the closing ---",
  ],
  [
    "not-yaml.worker",
    'Failed to load "not-yaml.worker": front matter is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    "  at not-yaml.worker:4:1",
  ],
  [
    "python-sandbox.worker",
    'Failed to load "python-sandbox.worker": the key "sandbox" of the Python llm-do is not supported',
    "  at python-sandbox.worker:3:1",
    "Try: configure the file system: toolsets: { filesystem: { base_path: ./data } }",
  ],
  [
    "python-schema-in-ref.worker",
    'Failed to load "python-schema-in-ref.worker": the key "schema_in_ref" of the Python llm-do is not supported',
    "  at python-schema-in-ref.worker:3:1",
    "Try: name a TypeScript schema: input_schema: schemas.ts#Input",
  ],
  [
    "python-tools.worker",
    'Failed to load "python-tools.worker": the key "tools" of the Python llm-do is not supported',
    "  at python-tools.worker:3:1",
    "Try: list functions under toolsets: toolsets: { NAME: {} }",
  ],
  [
    "schema-list.worker",
    'Failed to load "schema-list.worker": "input_schema" must be a JSON Schema or a reference like schemas.ts#Input, not a list',
    "  at schema-list.worker:2:15",
  ],
  [
    "schema-not-object.worker",
    'Failed to load "schema-not-object.worker": "input_schema" must describe an object, not "string"',
    "  at schema-not-object.worker:3:3",
    'Try: write "type: object" with the value as one of its properties',
  ],
  [
    "schema-reference-no-export.worker",
    'Failed to load "schema-reference-no-export.worker": "output_schema" must be a JSON Schema or a reference like schemas.ts#Input, not text "schemas.ts"',
    "  at schema-reference-no-export.worker:2:16",
    "Try: write output_schema: schemas.ts#Input",
  ],
  [
    "schema-reference-python.worker",
    'Failed to load "schema-reference-python.worker": "input_schema" must be a JSON Schema or a reference like schemas.ts#Input, not text "schemas.py:PitchInput"',
    "  at schema-reference-python.worker:2:15",
    "Try: write input_schema: schemas.ts#PitchInput",
  ],
  [
    "server-tool-both-domains.worker",
    'Failed to load "server-tool-both-domains.worker": "server_side_tools[0]" has both allowed_domains and blocked_domains',
    "  at server-tool-both-domains.worker:3:5",
    "Try: keep one of the two",
  ],
  [
    "server-tool-unknown-type.worker",
    'Failed to load "server-tool-unknown-type.worker": "server_side_tools[0].tool_type" must be one of web_search, web_fetch, code_execution, image_generation, not text "websearch"',
    "  at server-tool-unknown-type.worker:3:16",
    'Try: write "web_search"',
  ],
  [
    "server-tool-without-type.worker",
    'Failed to load "server-tool-without-type.worker": "server_side_tools[0]" has no tool_type',
    "  at server-tool-without-type.worker:3:5",
    "Try: add tool_type: web_search | web_fetch | code_execution | image_generation",
  ],
  [
    "server-tool-zero-uses.worker",
    'Failed to load "server-tool-zero-uses.worker": "server_side_tools[0].max_uses" must be a whole number of at least 1, not the number 0',
    "  at server-tool-zero-uses.worker:3:40",
  ],
  [
    "server-tools-map.worker",
    'Failed to load "server-tools-map.worker": "server_side_tools" must be a list of maps with tool_type, not a map',
    "  at server-tools-map.worker:2:20",
  ],
  [
    "settings-list.worker",
    'Failed to load "settings-list.worker": "settings" must be a map, not a list',
    "  at settings-list.worker:3:3",
  ],
  [
    "stop-sequence-empty.worker",
    'Failed to load "stop-sequence-empty.worker": "settings.stop_sequences[1]" must be text that is not empty, not text ""',
    "  at stop-sequence-empty.worker:3:25",
  ],
  [
    "tab-indent.worker",
    'Failed to load "tab-indent.worker": front matter is not valid YAML: Tabs are not allowed as indentation',
    "  at tab-indent.worker:3:1",
  ],
  [
    "temperature-text.worker",
    'Failed to load "temperature-text.worker": "settings.temperature" must be a number from 0 to 2, not text "hot"',
    "  at temperature-text.worker:3:16",
  ],
  [
    "temperature-too-high.worker",
    'Failed to load "temperature-too-high.worker": "settings.temperature" must be a number from 0 to 2, not the number 2.5',
    "  at temperature-too-high.worker:3:16",
  ],
  [
    "text-for-front-matter.worker",
    'Failed to load "text-for-front-matter.worker": front matter must be keys with values, not text "just words"',
    "  at text-for-front-matter.worker:2:1",
    "Try: write one key per line, as in: name: main",
  ],
  [
    "thinking-empty-map.worker",
    'Failed to load "thinking-empty-map.worker": "settings.thinking" has no budget_tokens',
    "  at thinking-empty-map.worker:3:13",
    "Try: write a number of tokens: { budget_tokens: 4000 }",
  ],
  [
    "thinking-unknown.worker",
    'Failed to load "thinking-unknown.worker": "settings.thinking" must be true, false, off, low, medium, high or a map with budget_tokens, not text "deep"',
    "  at thinking-unknown.worker:2:23",
  ],
  [
    "toolset-config-text.worker",
    'Failed to load "toolset-config-text.worker": "toolsets.filesystem" must be a map of configuration, not text "./data"',
    "  at toolset-config-text.worker:3:15",
  ],
  [
    "toolsets-list-of-maps.worker",
    'Failed to load "toolsets-list-of-maps.worker": "toolsets[0]" must be the name of a toolset, not a map',
    "  at toolsets-list-of-maps.worker:3:5",
    "Try: write toolsets as a map: toolsets: { NAME: { KEY: VALUE } }",
  ],
  [
    "toolsets-text.worker",
    'Failed to load "toolsets-text.worker": "toolsets" must be a map of toolsets with their configuration, not text "shell"',
    "  at toolsets-text.worker:2:11",
    "Try: write a map: toolsets: { NAME: {} }",
  ],
  [
    "toolsets-twice-in-list.worker",
    'Failed to load "toolsets-twice-in-list.worker": "toolsets[2]" names "shell" again',
    "  at toolsets-twice-in-list.worker:2:29",
  ],
  [
    "two-documents.worker",
    'Failed to load "two-documents.worker": front matter is not valid YAML: it holds more than one document',
    "  at two-documents.worker:4:1",
  ],
  [
    "unclosed.worker",
    'Failed to load "unclosed.worker": front matter has no closing ---',
    "  at unclosed.worker:1:1",
    "Try: write --- alone on a line after the last key",
  ],
  [
    "unknown-alias.worker",
    'Failed to load "unknown-alias.worker": the alias *nobody has no finished anchor &nobody before it',
    "  at unknown-alias.worker:2:7",
  ],
  [
    "unknown-approval.worker",
    'Failed to load "unknown-approval.worker": unknown key "preapproved" in "toolsets.shell._approval_config.run"',
    "  at unknown-approval.worker:5:14",
    'Try: write "pre_approved"',
  ],
  [
    "unknown-constructor.worker",
    'Failed to load "unknown-constructor.worker": unknown key "constructor" in "settings"',
    "  at unknown-constructor.worker:3:3",
    "Try: use one of: temperature, max_tokens, top_p, top_k, stop_sequences, seed, presence_penalty, frequency_penalty, parallel_tool_calls, thinking, tool_choice, cache, citations, user",
  ],
  [
    "unknown-key-far.worker",
    'Failed to load "unknown-key-far.worker": unknown key "banana"',
    "  at unknown-key-far.worker:3:1",
    "Try: use one of: name, description, entry, model, compatible_models, toolsets, server_side_tools, input_schema, output_schema, settings, limits",
  ],
  [
    "unknown-key.worker",
    'Failed to load "unknown-key.worker": unknown key "modle"',
    "  at unknown-key.worker:3:1",
    'Try: write "model"',
  ],
  [
    "unknown-proto.worker",
    'Failed to load "unknown-proto.worker": unknown key "__proto__"',
    "  at unknown-proto.worker:2:1",
    "Try: use one of: name, description, entry, model, compatible_models, toolsets, server_side_tools, input_schema, output_schema, settings, limits",
  ],
  [
    "unknown-setting.worker",
    'Failed to load "unknown-setting.worker": unknown key "temprature" in "settings"',
    "  at unknown-setting.worker:3:3",
    'Try: write "temperature"',
  ],
];

describe("a .worker file that is wrong", () => {
  test.each(REPORTS)("%s is reported with its place", (file, ...report) => {
    const text = readFileSync(new URL(file, BAD), "utf8");
    expect(reportOf(text, file).split("\n")).toEqual(report);
  });

  test("every file of the folder has its report", () => {
    expect(readdirSync(BAD).sort()).toEqual(REPORTS.map(([file]) => file).sort());
  });

  test("an alias bomb is refused within a quarter of a second", () => {
    const text = readFileSync(new URL("alias-bomb.worker", BAD), "utf8");
    const startMs = performance.now();
    reportOf(text, "alias-bomb.worker");
    expect(performance.now() - startMs).toBeLessThan(250);
  });
});

function reportOf(text: string, file: string): string {
  try {
    parseWorker(text, file);
  } catch (error) {
    if (isLlmDoError(error) && error.code === "worker" && error.exitCode === 2) {
      return error.report();
    }
    throw error;
  }
  throw new Error(`${file} was taken`);
}
