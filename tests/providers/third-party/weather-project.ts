import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { expect } from "vitest";
import { runCliHere } from "../../support/cli-here.ts";
import { folderWith } from "../../support/cli-project.ts";

export const PROMPT = "What is the weather in Oslo?";
const ANSWER = "It is sunny in Oslo.\n";

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
export const weather = toolset({
  get_weather: tool({
    description: "Look up the weather of a city.",
    input: z.object({ city: z.string() }),
    effect: "external",
    run: ({ city }) => "sunny in " + city,
  }),
});
`;

const workerFile = (model: string) => `---
model: ${model}
toolsets:
  weather: { _approval_config: { get_weather: { pre_approved: true } } }
---
Answer in one sentence.
`;

/** A server by CopilotKit that asks for the weather and then tells it, on every wire. */
export async function weatherServer(): Promise<LLMock & AsyncDisposable> {
  const mock = new LLMock({ port: 0 });
  mock.on(
    { userMessage: "weather", hasToolResult: false },
    { toolCalls: [{ name: "get_weather", arguments: '{"city":"Oslo"}' }] },
  );
  mock.on({ toolResultContains: "sunny in Oslo" }, { content: ANSWER.trim() });
  await mock.start();
  return Object.assign(mock, { [Symbol.asyncDispose]: () => mock.stop() });
}

export interface RecordedLoop {
  readonly model: string;
  /** The text of the project's `llm-do.yaml`, if it has one. */
  readonly config?: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a tool loop through the command line and records it; then replays it with no server to ask.
 * The answer, and the cassette to the byte, must be the same.
 */
export async function expectRecordedLoop({ model, config, env }: RecordedLoop): Promise<void> {
  using folder = folderWith({
    "main.worker": workerFile(model),
    "tools.ts": TOOLS,
    ...(config === undefined ? {} : { "llm-do.yaml": config }),
  });
  const args = ["main.worker", "tools.ts", PROMPT, "--cassette", "loop.yaml", "--mode"];
  const cassette = () => readFileSync(join(folder.path, "loop.yaml"));
  const recorded = await runCliHere([...args, "record"], { cwd: folder.path, env });
  expect(recorded).toEqual({
    code: 0,
    stdout: ANSWER,
    stderr:
      "cassette: served 0, live 2, missed 0, unused 0, effects: served 0, live 1, missed 0, unused 0\n",
  });
  const bytes = cassette();
  const replayed = await runCliHere([...args, "replay"], { cwd: folder.path });
  expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
  expect(replayed.stderr).toContain(
    "cassette: served 2, live 0, missed 0, unused 0, effects: served 1, ",
  );
  expect(cassette().equals(bytes)).toBe(true);
}
