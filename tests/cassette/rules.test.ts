import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CassetteRules } from "../../src/cassette/rules/rules.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { userText } from "../../src/model/message.ts";
import {
  failure,
  goingOn,
  problems,
  question,
  record,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { anyConversation, exchangesOf } from "../support/conversations.ts";
import { temporaryFolder } from "../support/host.ts";

const rules: CassetteRules = {
  redact: [{ pattern: /user-\d+/g, replacement: "<user>" }],
  volatile: [{ pattern: /\d{4}-\d\d-\d\d/g, replacement: "<date>" }],
};

describe("redact", () => {
  const asks = (user: string) =>
    question(`Greet ${user}.`, {
      system: `You speak for ${user}.`,
      tools: [
        {
          name: "mail",
          description: `Mail ${user}.`,
          inputSchema: { properties: { [user]: { const: user } } },
        },
      ],
    });
  const greets = (user: string) =>
    saying(`Hello ${user}!`, {
      parts: [
        {
          kind: "text",
          text: `Hello ${user}!`,
          extra: { wire: "anthropic", data: { [user]: user } },
        },
        { kind: "tool-call", id: user, name: "mail", input: { [user]: [user] } },
      ],
    });

  test("replaces in the request and in the answer, keys of data included", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[asks("user-17"), greets("user-17")]], { rules });
    expect(textOf(path)).not.toContain("user-17");
    expect(textOf(path).match(/<user>/g)).toHaveLength(11);
    expect(problems(path, rules)).toEqual([]);
  });

  test("shows the live run what the model said, and the replay what was kept", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { answers } = await record(path, [[asks("user-17"), greets("user-17")]], { rules });
    expect(answers).toEqual([greets("user-17")]);
    const replayed = await run({ path, rules }, [[asks("user-17")]]);
    expect(replayed.answers).toEqual([greets("<user>")]);
  });

  test("gives two runs with different secrets the same cassette", async () => {
    using folder = temporaryFolder();
    const [one, two] = [join(folder.path, "a.yaml"), join(folder.path, "b.yaml")];
    await record(one, [[asks("user-17"), greets("user-17")]], { rules });
    await record(two, [[asks("user-4"), greets("user-4")]], { rules });
    expect(textOf(two)).toBe(textOf(one));
    const replayed = await run({ path: one, rules }, [[asks("user-99")]]);
    expect(replayed.answers).toEqual([greets("<user>")]);
  });

  test("replays a conversation that goes on with what was kept", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const first = asks("user-17");
    const live = goingOn(first, greets("user-17"), userText("Once more, user-17."));
    await record(
      path,
      [
        [first, greets("user-17")],
        [live, greets("user-17")],
      ],
      { rules },
    );
    const kept = goingOn(first, greets("<user>"), userText("Once more, user-17."));
    const replayed = await run({ path, rules }, [[first], [kept]]);
    expect(replayed.answers).toEqual([greets("<user>"), greets("<user>")]);
    expect(problems(path, rules)).toEqual([]);
  });

  test("replaces in effects, and leaves keys of entries alone", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const hexadecimal = {
      redact: [{ pattern: /[0-9a-f]{4,}/g, replacement: "<hex>" }],
      volatile: [],
    };
    const ask = {
      tool: "mail",
      input: { to: "beef" },
      effect: "external",
      callId: "main",
    } as const;
    const live = new TestSession({ path, mode: "record", rules: hexadecimal });
    expect(await live.session.effects.perform(ask, async () => ({ cafe: "sent to beef" }))).toEqual(
      {
        cafe: "sent to beef",
      },
    );
    live.close();
    expect(textOf(path)).toMatch(/^effect: [0-9a-f]{16}$/m);
    expect(textOf(path)).not.toMatch(/beef|cafe/);
    expect(problems(path, hexadecimal)).toEqual([]);
    const { session } = new TestSession({ path, rules: hexadecimal });
    const other = { ...ask, input: { to: "dead" } };
    expect(
      await session.effects.perform(other, () => expect.unreachable("it was performed")),
    ).toEqual({
      "<hex>": "sent to <hex>",
    });
  });

  test("keeps what the format itself defines: kinds, media types, hashes, keys", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const everything = { redact: [{ pattern: /[a-z0-9]+/g, replacement: "X" }], volatile: [] };
    const attached = (sha256: string) =>
      question("", {
        messages: [
          {
            kind: "user",
            content: [
              { kind: "text", text: "read" },
              {
                kind: "attachment",
                name: "a.pdf",
                mediaType: "application/pdf",
                sha256,
                bytes: new Uint8Array(3),
              },
            ],
          },
        ],
      });
    await record(path, [[attached("ab12"), saying("read it")]], { rules: everything });
    expect(textOf(path)).toContain(
      "attachment: { name: X.X, mediaType: application/pdf, sha256: ab12, bytes: 3 }",
    );
    expect(problems(path, everything)).toEqual([]);
    expect((await run({ path, rules: everything }, [[attached("ab12")]])).answers).toEqual([
      saying("X X"),
    ]);
    const other = await failure(() => run({ path, rules: everything }, [[attached("cd34")]]));
    expect(other.code).toBe("cassette-miss");
  });

  test("then search finds nothing, for any conversation and any secret in it", async () => {
    const secret = fc.stringMatching(/^[A-Z]{3}[A-Za-z0-9]{6}$/);
    await fc.assert(
      fc.asyncProperty(anyConversation, secret, async (conversation, value) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const hiding = {
          redact: [{ pattern: new RegExp(value, "g"), replacement: "<hidden>" }],
          volatile: [],
        };
        const put = (text: string) => text.replace(/[a-z]{2,}|^$/g, (found) => `${found}${value}`);
        const exchanges = exchangesOf(inAllTexts(conversation, put));
        await record(
          path,
          exchanges.map(({ request, answer }) => [request, answer] as const),
          { rules: hiding },
        );
        expect(textOf(path)).not.toContain(value);
        expect(problems(path, hiding)).toEqual([]);
        const replay = new TestSession({ path, rules: hiding });
        for (const { request, answer } of exchangesOf(inAllTexts(conversation, put))) {
          const hidden = (said: unknown) => JSON.stringify(said).replaceAll(value, "<hidden>");
          expect(JSON.stringify(await replay.ask(request))).toBe(hidden(answer));
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** What the format names; a secret that is one of its words could not be hidden. */
const FORMAT_FIELDS = new Set([
  "kind",
  "stop",
  "source",
  "wire",
  "mediaType",
  "sha256",
  "type",
  "bytes",
]);

/** The value with every text in it changed that a person or a model may write, keys left alone. */
function inAllTexts<Value>(value: Value, change: (text: string) => string): Value;
function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => inAllTexts(item, change));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      FORMAT_FIELDS.has(key) ? field : inAllTexts(field, change),
    ]),
  );
}

describe("volatile", () => {
  const asks = (day: string) => question(`What is on ${day}?`, { system: `Today is ${day}.` });
  const says = (day: string) => saying(`On ${day} there is nothing.`);

  test("replaces in the request and keeps the answer as it was said", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[asks("2026-01-01"), says("2026-01-01")]], { rules });
    expect(textOf(path)).toContain('system: "Today is <date>."');
    expect(textOf(path)).toContain("On 2026-01-01 there is nothing.");
    expect(problems(path, rules)).toEqual([]);
  });

  test("lets the replay of the next day hit, to the last turn", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const more = (day: string, said: string) =>
      goingOn(asks(day), says(said), userText(`And after ${day}?`));
    await record(
      path,
      [
        [asks("2026-01-01"), says("2026-01-01")],
        [more("2026-01-01", "2026-01-01"), saying("Nothing.")],
      ],
      { rules },
    );
    const { answers } = await run({ path, rules }, [
      [asks("2026-01-02")],
      [more("2026-01-02", "2026-01-01")],
    ]);
    expect(answers).toEqual([says("2026-01-01"), saying("Nothing.")]);
    expect(problems(path, rules)).toEqual([]);
  });

  test("leaves a model's name alone, where a date is part of it, and redact does not", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const dated = { ...asks("2026-01-01"), model: "openai:user-7-2025-08-07" };
    await record(path, [[dated, says("2026-01-01")]], { rules });
    expect(textOf(path)).toContain('model: "openai:<user>-2025-08-07"');
    expect(problems(path, rules)).toEqual([]);
  });

  test("without its rule the next day misses", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[asks("2026-01-01"), says("2026-01-01")]]);
    const error = await failure(() => run({ path }, [[asks("2026-01-02")]]));
    expect(isLlmDoError(error) && error.code).toBe("cassette-miss");
  });

  test("answers an effect of another day, and is replaced in its input only", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const fetch = (day: string) =>
      ({ tool: "fetch", input: { since: day }, effect: "external", callId: "main" }) as const;
    const live = new TestSession({ path, mode: "record", rules });
    await live.session.effects.perform(fetch("2026-01-01"), async () => "as of 2026-01-01");
    live.close();
    expect(textOf(path)).toContain('input: { since: "<date>" }');
    expect(problems(path, rules)).toEqual([]);
    const { session } = new TestSession({ path, rules });
    const output = await session.effects.perform(fetch("2026-01-02"), () =>
      expect.unreachable("it was performed"),
    );
    expect(output).toBe("as of 2026-01-01");
  });
});
