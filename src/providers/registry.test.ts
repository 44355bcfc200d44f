import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import { collectAnswer } from "../model/answer.ts";
import { userText } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import { checkProvider, createProviderRouter } from "./registry.ts";
import { PROVIDERS, type ProviderTable } from "./table/provider-table.ts";

function failure(model: string, env: Environment = {}, extra?: ProviderTable): LlmDoError {
  try {
    checkProvider(model, env, extra);
  } catch (error) {
    if (error instanceof LlmDoError) return error;
    throw error;
  }
  throw new Error("the model was taken");
}

function request(model: string): ModelRequest {
  const empty = { system: "", tools: [], serverTools: [], settings: {} };
  return { ...empty, model, messages: [userText("Hi")] };
}

const signal = new AbortController().signal;

describe("a model's name", () => {
  test.each(["gpt-5", ":gpt-5", "openai:", ""])("%j is refused with an example", (model) => {
    const error = failure(model, { OPENAI_API_KEY: "k" });
    expect(error.code).toBe("configuration");
    expect(error.report()).toContain("anthropic:claude-haiku-4-5");
  });

  test("with a misspelt provider gets the nearest one and the whole list", () => {
    const error = failure("antropic:claude-haiku-4-5");
    expect(error.report()).toContain('there is no provider "antropic"');
    expect(error.report()).toContain('Try: write "anthropic:claude-haiku-4-5"');
    for (const name of Object.keys(PROVIDERS)) expect(error.report()).toContain(name);
  });

  test.each(["constructor", "__proto__", "toString"])("%s is no provider", (provider) => {
    expect(failure(`${provider}:m`).reason).toContain("there is no provider");
  });
});

describe("a key", () => {
  test.each([
    ["sk-first\nsk-second", "a line break"],
    ["sk-first\r\nX-Other: a", "a line break"],
    ["sk-\u2026", "a character beyond Latin-1"],
    ["sk-\u0007", "a control character"],
  ])("that no header can hold is refused by its variable's name: %j", (key, problem) => {
    for (const [name, { keyVariables }] of Object.entries(PROVIDERS)) {
      for (const variable of keyVariables) {
        const error = failure(`${name}:m`, { [variable]: key });
        expect(error.code).toBe("configuration");
        expect(error.reason).toContain(`${variable} holds ${problem}`);
        expect(error.report()).not.toContain("sk-");
      }
    }
  });

  test.each(Object.entries(PROVIDERS).filter(([, row]) => !row.keyOptional))(
    "of %s is asked for by its variables",
    (name, row) => {
      for (const env of [{}, Object.fromEntries(row.keyVariables.map((key) => [key, " "]))]) {
        const error = failure(`${name}:m`, env);
        expect(error.code).toBe("configuration");
        for (const variable of row.keyVariables) expect(error.reason).toContain(variable);
        expect(error.report()).toContain("--cassette FILE --mode replay");
        expect(error.report()).toContain("--script FILE");
      }
    },
  );

  test.each(Object.entries(PROVIDERS))("of %s is found in each of its variables", (name, row) => {
    for (const variable of row.keyVariables) checkProvider(`${name}:m`, { [variable]: "k" });
  });

  test("is not needed for a server of one's own", () => {
    checkProvider("ollama:m", {});
    checkProvider("local:m", { LLM_DO_PROVIDERS: "local=http://localhost:8000/v1" });
    expect(failure("acme:m", { LLM_DO_PROVIDERS: "acme=http://x.test|ACME_KEY" }).reason).toContain(
      "ACME_KEY",
    );
  });
});

test("every row has an address without a trailing slash", () => {
  for (const row of Object.values(PROVIDERS)) expect(row.baseUrl).toMatch(/^https?:\/\/.*[^/]$/);
});

test("a base URL that is none is refused by its variable, without being shown", () => {
  const error = failure("openai:m", { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "user:pass@host" });
  expect(error.reason).toContain("OPENAI_BASE_URL");
  expect(error.report()).not.toContain("pass");
});

test("the check loads no package", () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({
      resolve: (name, context, next) => {
        const found = next(name, context);
        loaded.push(found.url);
        return found;
      },
    });
    const { checkProvider } = await import("./registry.ts");
    checkProvider("groq:m", { GROQ_API_KEY: "k" });
    console.log(JSON.stringify(loaded));
  `;
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  const loaded: string[] = JSON.parse(out);
  expect(loaded.some((url) => url.endsWith("/provider-table.ts"))).toBe(true);
  expect(loaded.filter((url) => url.includes("node_modules"))).toEqual([]);
});

describe("the router", () => {
  let server: Server;
  let address = "";
  const asked: { path: string | undefined; key: string | undefined }[] = [];

  beforeAll(async () => {
    server = createServer((incoming, response) => {
      const { authorization, "x-api-key": key } = incoming.headers;
      asked.push({ path: incoming.url, key: authorization ?? key?.toString() });
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":{"type":"invalid_request_error","message":"seen"}}');
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function ask(model: string, env: Environment, extraProviders?: ProviderTable) {
    const options = { env, nowMs: () => 0, ...(extraProviders ? { extraProviders } : {}) };
    const stream = createProviderRouter(options).stream(request(model), { signal });
    const error = await collectAnswer(stream).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 400 });
    return asked.at(-1);
  }

  test.each([
    ["anthropic", "", "/v1/messages", "k-1"],
    ["openai", "/v1", "/v1/responses", "Bearer k-1"],
    ["openai-responses", "/v1", "/v1/responses", "Bearer k-1"],
    ["openai-chat", "/v1", "/v1/chat/completions", "Bearer k-1"],
    ["ollama", "/v1", "/v1/chat/completions", "Bearer k-1"],
  ])("reaches %s at its base URL, with or without a slash", async (name, base, path, key) => {
    const row = PROVIDERS[name];
    const [keyVariable, baseUrlVariable] = [row?.keyVariables[0], row?.baseUrlVariable];
    for (const slash of ["", "/"]) {
      const env = { [keyVariable ?? ""]: "k-1", [baseUrlVariable ?? ""]: address + base + slash };
      expect(await ask(`${name}:m`, env)).toEqual({ path, key });
    }
  });

  test("reaches servers of the environment and of the project, which wins", async () => {
    const env = { LLM_DO_PROVIDERS: `local=${address}/env`, GROQ_API_KEY: "k-2" };
    expect(await ask("local:m", env)).toEqual({ path: "/env/chat/completions", key: undefined });
    const groq = {
      wire: "openai-chat",
      baseUrl: `${address}/own/`,
      keyVariables: ["GROQ_API_KEY"],
    } as const;
    expect(await ask("groq:m", env, { groq })).toEqual({
      path: "/own/chat/completions",
      key: "Bearer k-2",
    });
  });

  test("throws what the check throws, and nothing is sent", async () => {
    const before = asked.length;
    const stream = createProviderRouter({ env: {}, nowMs: () => 0 }).stream(request("groq:m"), {
      signal,
    });
    await expect(collectAnswer(stream)).rejects.toThrow("GROQ_API_KEY");
    expect(asked).toHaveLength(before);
  });
});
