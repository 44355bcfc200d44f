import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCliHere } from "../../support/cli-here.ts";
import { folderWith } from "../../support/cli-project.ts";
import { type Gateway, portkeyGateway } from "./portkey-gateway.ts";
import { type Tap, tap } from "./tap.ts";
import { expectRecordedLoop, PROMPT, weatherServer } from "./weather-project.ts";

/** The server of an `llm-do.yaml` that is reached through the gateway. */
function through({ gateway, upstream }: Behind, server: Record<string, unknown>): string {
  const { provider, ...more } = server;
  return JSON.stringify({
    providers: {
      gateway: {
        base_url: `${gateway.url}/v1`,
        headers: {
          "x-portkey-provider": provider,
          "x-portkey-custom-host": `${upstream.url}/v1`,
          "x-portkey-forward-headers": "x-team",
          "X-Team": "${TEAM}",
        },
        ...more,
      },
    },
  });
}

/** The gateway, and what it asks. */
interface Behind extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly upstream: Tap;
}

async function behindPortkey(options?: { readonly canStream: boolean }): Promise<Behind> {
  const [gateway, mock] = await Promise.all([portkeyGateway(options), weatherServer()]);
  const upstream = await tap(mock.url);
  const stop = async () => {
    for (const server of [gateway, upstream, mock]) await server[Symbol.asyncDispose]();
  };
  return { gateway, upstream, [Symbol.asyncDispose]: stop };
}

const ENV = { UPSTREAM_KEY: "upstream-key-1", TEAM: "blue" };

const WIRES = [
  ["anthropic", "anthropic", "claude-haiku-4-5", "x-api-key", "upstream-key-1"],
  ["openai-responses", "openai", "gpt-5", "authorization", "Bearer upstream-key-1"],
  ["openai-chat", "openai", "gpt-5", "authorization", "Bearer upstream-key-1"],
] as const;

describe("Portkey's gateway in front of another server", () => {
  let behind: Behind;
  beforeAll(async () => {
    behind = await behindPortkey();
  });
  afterAll(() => behind[Symbol.asyncDispose]());

  test.each(WIRES)(
    "streams a tool loop over %s, with the key and the headers of llm-do.yaml",
    async (wire, provider, model, keyHeader, key) => {
      behind.upstream.clear();
      const config = through(behind, { wire, provider, key_variable: "UPSTREAM_KEY" });
      await expectRecordedLoop({ model: `gateway:${model}`, config, env: ENV });
      expect(behind.upstream.passed).toHaveLength(2);
      for (const { headers, stream, answeredWith } of behind.upstream.passed) {
        expect(headers).toMatchObject({ [keyHeader]: key, "x-team": "blue" });
        expect({ stream, answeredWith }).toEqual({
          stream: true,
          answeredWith: "text/event-stream",
        });
      }
    },
  );

  test("takes its configuration from a header, which may hold a key", async () => {
    behind.upstream.clear();
    const config = JSON.stringify({
      providers: {
        gateway: {
          base_url: `${behind.gateway.url}/v1`,
          headers: {
            "x-portkey-config": JSON.stringify({
              provider: "openai",
              api_key: "${UPSTREAM_KEY}",
              custom_host: `${behind.upstream.url}/v1`,
            }),
          },
        },
      },
    });
    await expectRecordedLoop({ model: "gateway:gpt-4.1", config, env: ENV });
    expect(behind.upstream.passed.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer upstream-key-1",
      "Bearer upstream-key-1",
    ]);
  });

  test("says what it misses, and the error shows no key", async () => {
    using folder = folderWith({
      "main.worker": "---\nmodel: gateway:gpt-4.1\n---\nAnswer.\n",
      "llm-do.yaml": JSON.stringify({
        providers: {
          gateway: {
            base_url: `${behind.gateway.url}/v1`,
            headers: { authorization: "Bearer ${UPSTREAM_KEY}" },
          },
        },
      }),
    });
    const result = await runCliHere(["main.worker", PROMPT], { cwd: folder.path, env: ENV });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("x-portkey-provider");
    expect(result.stderr).not.toContain("upstream-key-1");
  });
});

describe("Portkey's gateway as it is, which cannot stream", () => {
  let behind: Behind;
  beforeAll(async () => {
    behind = await behindPortkey({ canStream: false });
  });
  afterAll(() => behind[Symbol.asyncDispose]());

  test.each(WIRES)("answers a tool loop over %s in one piece", async (wire, provider, model) => {
    behind.upstream.clear();
    const server = { wire, provider, key_variable: "UPSTREAM_KEY", stream: false };
    const config = through(behind, server);
    await expectRecordedLoop({ model: `gateway:${model}`, config, env: ENV });
    expect(behind.upstream.passed).toHaveLength(2);
    for (const { answeredWith } of behind.upstream.passed) {
      expect(answeredWith).toBe("application/json");
    }
  });
});
