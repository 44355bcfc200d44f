import { describe, expect, test } from "vitest";
import { tap } from "./tap.ts";
import { expectRecordedLoop, weatherServer } from "./weather-project.ts";

const MODELS = [
  ["anthropic", "anthropic:claude-haiku-4-5", "/v1/messages"],
  ["openai-responses", "openai:gpt-5", "/v1/responses"],
  ["openai-chat", "openai-chat:gpt-5", "/v1/chat/completions"],
] as const;

function environment(url: string): Record<string, string> {
  return {
    ANTHROPIC_API_KEY: "key-1",
    ANTHROPIC_BASE_URL: url,
    OPENAI_API_KEY: "key-2",
    OPENAI_BASE_URL: `${url}/v1`,
  };
}

describe.each(MODELS)("a tool loop over %s against aimock", (_wire, model, path) => {
  test("is streamed, and its recording replays to the byte", async () => {
    await using mock = await weatherServer();
    await expectRecordedLoop({ model, env: environment(mock.url) });
    const asked = mock.getRequests().map((request) => [request.path, request.body?.stream]);
    expect(asked).toEqual([
      [path, true],
      [path, true],
    ]);
  });

  test("is read in one piece where a server ignores that a stream was asked for", async () => {
    await using mock = await weatherServer();
    await using between = await tap(mock.url, { canStream: false });
    await expectRecordedLoop({ model, env: environment(between.url) });
    expect(between.passed.map(({ stream }) => stream)).toEqual([true, true]);
    expect(between.passed.map(({ answeredWith }) => answeredWith)).toEqual([
      "application/json",
      "application/json",
    ]);
  });
});
