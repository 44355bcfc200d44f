import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import type { Json } from "../../src/model/json.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import {
  failure,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

/** Made-up credentials, put together here so that no scanner takes this file for a leak. */
const word = (length: number) => "a1B2c3D4e5F6g7H8".repeat(5).slice(0, length);
const FORMATS: Readonly<Record<string, string>> = {
  "an Anthropic key": ["sk", "ant", "api03", word(30)].join("-"),
  "an OpenRouter key": ["sk", "or", "v1", word(40)].join("-"),
  "an OpenAI key": ["sk", "proj", word(48)].join("-"),
  "a Google API key": `AIza${word(35)}`,
  "a Groq key": `gsk_${word(50)}`,
  "an xAI key": `xai-${word(60)}`,
  "a Hugging Face token": `hf_${word(34)}`,
  "a GitHub token": `ghp_${word(36)}`,
  "a GitLab token": `glpat-${word(20)}`,
  "an npm token": `npm_${word(36)}`,
  "a Slack token": `xoxb-${word(24)}`,
  "an AWS access key": `AKIA${"ABCD2345".repeat(2)}`,
  "a Stripe key": `sk_live_${word(24)}`,
  "a private key": ["-----BEGIN RSA", "PRIVATE KEY-----\n"].join(" ") + word(64),
  "a JSON web token": `eyJ${word(20)}.eyJ${word(20)}.${word(20)}`,
};
const KEY = FORMATS["an Anthropic key"] ?? "";
const PASSWORD = "correct-horse-battery";
const env = { DB_PASSWORD: PASSWORD, HOME: "/home/somebody" };

interface Leak {
  readonly request?: Partial<ModelRequest>;
  readonly answer?: Partial<Answer>;
}

const tool = { name: "ls", description: "List files.", inputSchema: {} };
const call = { kind: "tool-call", id: "t1", name: "ls", input: {} } as const;

/** Everywhere in an exchange where a text may stand, with the place that the refusal names. */
const PLACES: Readonly<Record<string, (secret: string) => Leak>> = {
  system: (secret) => ({ request: { system: `Use ${secret}.` } }),
  "messages[0].user": (secret) => ({
    request: { messages: [{ kind: "user", content: [{ kind: "text", text: secret }] }] },
  }),
  "tools[0].description": (secret) => ({ request: { tools: [{ ...tool, description: secret }] } }),
  "a key of tools[0].inputSchema.properties": (secret) => ({
    request: { tools: [{ ...tool, inputSchema: { properties: { [secret]: {} } } }] },
  }),
  "settings.stopSequences[1]": (secret) => ({
    request: { settings: { stopSequences: ["a", secret] } },
  }),
  "messages[1].tool.output": (secret) => ({
    request: {
      messages: [
        { kind: "assistant", parts: [call] },
        {
          kind: "tool",
          id: "t1",
          name: "ls",
          content: [{ kind: "text", text: `${secret}\n` }],
          isError: false,
        },
      ],
    },
  }),
  "response[0].text": (secret) => ({
    answer: { parts: [{ kind: "text", text: `It is ${secret}` }] },
  }),
  "response[0].tool_call.input.command": (secret) => ({
    answer: { parts: [{ ...call, input: { command: `curl -H ${secret}` } }] },
  }),
  "a key of response[0].tool_call.input": (secret) => ({
    answer: { parts: [{ ...call, input: { [secret]: { nested: secret } } }] },
  }),
  "response[0].extra.data[1]": (secret) => ({
    answer: {
      parts: [{ kind: "text", text: "", extra: { wire: "anthropic", data: ["", secret] } }],
    },
  }),
};

async function refused(path: string, leak: Leak) {
  const session = new TestSession(
    { path, mode: "auto", host: testHost({ env }) },
    saying("Done.", leak.answer),
  );
  const error = await failure(() => session.ask(question("Sort.", leak.request)));
  session.close({ ok: false });
  return { error, asked: session.asked };
}

describe("a secret is refused", () => {
  test.each(Object.entries(FORMATS))("known by its format: %s", async (name, secret) => {
    using folder = temporaryFolder();
    const { error } = await refused(join(folder.path, "a.yaml"), {
      request: { system: `Use "${secret}", please.` },
    });
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(error.reason).toBe(`what is to be written holds ${name}, at system`);
  });

  test.each(Object.keys(PLACES))("wherever it stands: %s", async (place) => {
    for (const secret of [KEY, PASSWORD]) {
      using folder = temporaryFolder();
      const path = join(folder.path, "a.yaml");
      await record(path, [[question("Before."), saying("Yes.")]]);
      const before = textOf(path);
      const leak = PLACES[place]?.(secret) ?? {};
      const { error, asked } = await refused(path, leak);
      expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
      expect(error.reason).toMatch(new RegExp(`, at ${place.replace(/[[\].]/g, "\\$&")}$`));
      expect(error.report()).not.toContain(secret);
      expect(textOf(path)).toBe(before);
      expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
      // Nothing is spent on an answer that could not be kept.
      expect(asked).toHaveLength(leak.request ? 0 : 1);
    }
  });

  test.each<[string, Json, Json, number]>([
    ["tool's input, before the tool runs", { to: PASSWORD }, "sent", 0],
    ["tool's output", {}, { password: [PASSWORD] }, 1],
  ])("in an effect: a %s", async (_what, input, output, times) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { session } = new TestSession({ path, mode: "auto", host: testHost({ env }) });
    let executed = 0;
    const error = await failure(() =>
      session.effects.perform(
        { tool: "mail", input, effect: "external", callId: "main" },
        async () => {
          executed++;
          return output;
        },
      ),
    );
    session.close({ ok: false });
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(error.report()).not.toContain(PASSWORD);
    expect(executed).toBe(times);
    expect(existsSync(path)).toBe(false);
  });

  test("behind an escaped line break, in text that is itself JSON", async () => {
    using folder = temporaryFolder();
    const { error } = await refused(join(folder.path, "a.yaml"), {
      request: { system: JSON.stringify(`the key:\n${KEY}`) },
    });
    expect(error.code).toBe("cassette-refused");
  });

  test.each(["NPM_TOKEN", "PGPASSWORD", "OPENAI_API_KEY", "APP_SECRET", "aws_credentials"])(
    "that the environment holds as %s",
    async (name) => {
      using folder = temporaryFolder();
      const host = testHost({ env: { [name]: `${PASSWORD}\n` } });
      const path = join(folder.path, "a.yaml");
      await expect(record(path, [[question(PASSWORD), saying("")]], { host })).rejects.toThrow(
        `variable ${name}, at messages[0].user`,
      );
    },
  );

  test("with a report that says where and what to do", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const host = testHost({ env });
    const shown = await report(
      () => record(path, [[question(`Log in with ${PASSWORD}.`), saying("Yes.")]], { host }),
      folder.path,
    );
    expect(shown).toMatchInlineSnapshot(`
      "Failed to record "a.yaml": what is to be written holds the value of the environment variable DB_PASSWORD, at messages[0].user
      Try: keep the secret out of prompts and tool results
      Try: or replace it: a pattern under "redact" in llm-do.yaml"
    `);
  });
});

describe("no secret, no refusal", () => {
  test.each([
    "/home/somebody",
    "sk-learn-based-classification-of-documents-in-python-and-typescript",
    "the task-ant-farm-configuration-of-the-hamster",
    "ask-anthropic-about-the-keys-that-begin-with-sk-ant",
    "hf_transfer and npm_config_registry and gsk_format and xai-tools",
    "5f0c9a1e7b3d4c2191aa02c4e6f7b8d95f0c9a1e7b3d4c2191aa02c4e6f7b8d9",
    "AKIA is how such a key begins",
    "eyJhbGciOiJIUzI1NiJ9 is a header",
    "-----BEGIN CERTIFICATE-----",
  ])("%s", async (text) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question(text), saying(text)]], { host: testHost({ env }) });
    expect((await run({ path }, [[question(text)]])).answers).toEqual([saying(text)]);
  });

  test("for any text of words, paths, numbers and code", async () => {
    const piece = fc.oneof(
      fc.lorem({ maxCount: 5 }),
      fc.webUrl(),
      fc.uuid(),
      fc.emailAddress(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.string({ maxLength: 12 }),
      fc.constantFrom("sk-", "ghp_", "xai-", "const key = process.env.API_KEY;", "password: "),
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" "));
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        await record(path, [[question(said), saying(said)]], { host: testHost({ env }) });
      }),
      { numRuns: 200 },
    );
  });

  test("for variables that hold a path, an id or next to nothing", async () => {
    using folder = temporaryFolder();
    const quiet = {
      SSH_KEY_PATH: "/home/somebody/key",
      TOKEN_URL: "https://example.com/token",
      AWS_ACCESS_KEY_ID: "an-identifier",
      GOOGLE_APPLICATION_CREDENTIALS: "/home/somebody/google.json",
      npm_package_keywords_KEY: "cassettes",
      SHORT_TOKEN: "abc",
      EMPTY_TOKEN: "",
    };
    const host = testHost({ env: quiet });
    const text = Object.values(quiet).join(" ");
    await record(join(folder.path, "a.yaml"), [[question(text), saying(text)]], { host });
  });
});
