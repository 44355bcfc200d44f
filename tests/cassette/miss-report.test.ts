import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CassetteOptions } from "../../src/cassette/session-state.ts";
import type { Answer } from "../../src/model/answer.ts";
import { type Message, userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { failure, goingOn, question, record, saying, TestSession } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const ls = {
  name: "ls",
  description: "List files.",
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
};
const ask = question("Sort the files in the inbox.", {
  system:
    "You organize files.\n\nMove them into folders by their kind, and name\neach folder in lower case.\n",
  tools: [ls],
  settings: { temperature: 0 },
});
const listed = saying("", {
  parts: [
    { kind: "text", text: "First I look." },
    { kind: "tool-call", id: "t1", name: "ls", input: { path: "inbox" } },
  ],
  stop: "tool-calls",
});
function output(text: string, isError = false): Message {
  return { kind: "tool", id: "t1", name: "ls", content: [{ kind: "text", text }], isError };
}
const more = goingOn(ask, listed, output("a.jpg\nb.pdf\n"));
const RECORDED: readonly (readonly [ModelRequest, Answer])[] = [
  [ask, listed],
  [more, saying("Done.")],
];

interface Asking extends Partial<Omit<CassetteOptions, "path" | "mode">> {
  readonly recorded?: readonly (readonly [ModelRequest, Answer])[];
  readonly call?: string;
  /** Asked, and answered, before. */
  readonly before?: readonly ModelRequest[];
}

/** What a replay reports of a request that no recording answers. */
async function reported(request: ModelRequest, asking: Asking = {}): Promise<string> {
  const { recorded = RECORDED, call = "main", before = [], ...options } = asking;
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await record(path, recorded, options.rules ? { rules: options.rules } : {});
  const session = new TestSession({ path, ...options });
  for (const earlier of before) await session.ask(earlier, call);
  const error = await failure(() => session.ask(request, call));
  expect(error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
  return error.report().replaceAll(`${folder.path}/`, "");
}

describe("a miss says what changed:", () => {
  test("the instructions, with the word", async () => {
    const request = { ...ask, system: ask.system.replace("kind", "date") };
    expect(
      await reported(request, { rerecord: "llm-do main.worker --mode record" }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("kind" is now "date")
        at a.yaml:3
        call: main, request fd5321d88ad5718e
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          You organize files.\\n\\nMove them into folders by their [-kind-]{+date+}, and name\\neach folder in lower case.\\n
      Try: record anew: llm-do main.worker --mode record
      Try: or undo the change"
    `);
  });

  test("words that were added, removed and changed", async () => {
    const system = ask.system
      .replace("files", "all files")
      .replace(" lower", "")
      .replace("name", "call");
    expect(await reported({ ...ask, system })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("all" was added, and 2 more)
        at a.yaml:3
        call: main, request 3dbe70639e6d6860
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          You organize {+all +}files.\\n\\nMove them into folders by their kind, and [-name-]{+call+}\\neach folder in[- lower-] case.\\n
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("white space alone", async () => {
    expect(await reported({ ...ask, system: `${ask.system}\n` })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed (white space)
        at a.yaml:3
        call: main, request 4e0ec048a9401f21
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          …nd, and name\\neach folder in lower case.\\n{+\\n+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("instructions where there were none", async () => {
    const bare = { ...ask, system: "" };
    expect(await reported(ask, { recorded: [[bare, listed]] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("You organize files.\\n\\nMove them into fo…" was added)
        at a.yaml:3
        call: main, request 1424fe9aa6160c2f
        nearest recording: 351fbcce159ea632, call main
        differs at: system
          {+You organize files.\\n\\nMove them into folders by their kind, and name\\neach folder in lower case.\\n+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool's description", async () => {
    const tools = [{ ...ls, description: "List all files." }];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the description of the tool "ls" changed ("all" was added)
        at a.yaml:3
        call: main, request d0bf0be2662bf495
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].description
          List {+all +}files.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool's input schema", async () => {
    const tools = [{ ...ls, inputSchema: { ...ls.inputSchema, required: ["path"] } }];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the input schema of the tool "ls" changed (["path"] was added)
        at a.yaml:3
        call: main, request 8110aec488a1cd1a
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].inputSchema.required
          recorded: nothing
          asked:    ["path"]
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the tools that there are", async () => {
    const tools = [{ ...ls, name: "move" }, ls];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its list of tools changed ("move" was added)
        at a.yaml:3
        call: main, request e914c30807486105
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].name
          [-ls-]{+move+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the order of the tools", async () => {
    const move = { ...ls, name: "move" };
    const request = { ...ask, tools: [move, ls] };
    expect(
      await reported(request, { recorded: [[{ ...ask, tools: [ls, move] }, listed]] }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its list of tools changed (in its order)
        at a.yaml:3
        call: main, request e914c30807486105
        nearest recording: 717c61976188cbc4, call main
        differs at: tools[0].name
          [-ls-]{+move+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the model", async () => {
    expect(await reported({ ...ask, model: "openai:gpt-5" })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its model changed ("anthropic:claude-haiku-4-5" is now "openai:gpt-5")
        at a.yaml:3
        call: main, request e4797ed339d6c8aa
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: model
          [-anthropic:claude-haiku-4-5-]{+openai:gpt-5+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a setting, changed or new", async () => {
    expect(await reported({ ...ask, settings: { temperature: 0.5 } })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its settings changed (temperature: 0 is now 0.5)
        at a.yaml:3
        call: main, request 2ca1b58bf93049ff
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: settings.temperature
          recorded: 0
          asked:    0.5
      Try: record anew with --mode record
      Try: or undo the change"
    `);
    expect(
      await reported({ ...ask, settings: { temperature: 0, maxTokens: 100 } }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its settings changed (maxTokens: 100 was added)
        at a.yaml:3
        call: main, request 7ec5074fd06e1eb3
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: settings.maxTokens
          recorded: nothing
          asked:    100
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a server-side tool", async () => {
    expect(
      await reported({ ...ask, serverTools: [{ type: "web_search" }] }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its server-side tools changed ({"type":"web_search"} was added)
        at a.yaml:3
        call: main, request 5caf77899a95d348
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: serverTools[0]
          recorded: nothing
          asked:    {"type":"web_search"}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the output schema", async () => {
    expect(await reported({ ...ask, outputSchema: { type: "object" } })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its output schema changed ({"type":"object"} was added)
        at a.yaml:3
        call: main, request 61d893452b6d2ebc
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: outputSchema
          recorded: nothing
          asked:    {"type":"object"}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an earlier tool output, with the tool's name", async () => {
    const request = goingOn(ask, listed, output("a.jpg\nc.pdf\n"));
    expect(await reported(request, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the output of the tool "ls" changed ("b.pdf" is now "c.pdf")
        at a.yaml:26
        call: main, request 10ebbac0f228424f
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[2].tool.output
          a.jpg\\n[-b.pdf-]{+c.pdf+}\\n
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool that failed where it had not", async () => {
    const request = goingOn(ask, listed, output("no such folder", true));
    expect(await reported(request, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the tool "ls" fails now and did not
        at a.yaml:26
        call: main, request 742ae88822923d58
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[2]
          recorded: {"tool":{"id":"t1","output":"a.jpg\\nb.pdf\\n"}}
          asked:    {"tool":{"error":"no such folder","id":"t1"}}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an earlier answer", async () => {
    const request = goingOn(ask, saying("Let me look."), userText("Do."));
    const recorded = [[goingOn(ask, saying("I look."), userText("Do.")), saying("Done.")]] as const;
    expect(await reported(request, { recorded })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: an earlier answer changed ("I" is now "Let me")
        at a.yaml:3
        call: main, request 004edd8cfe21e013
        nearest recording: 96be7163720c21ca, call main
        differs at: messages[1].assistant[0].text
          [-I-]{+Let me+} look.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the input", async () => {
    const request = { ...ask, messages: [userText("Sort the files in the outbox.")] };
    expect(await reported(request)).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its input changed ("inbox" is now "outbox")
        at a.yaml:3
        call: main, request 389d2cb491529ffe
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: messages[0].user
          Sort the files in the [-inbox-]{+outbox+}.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an attached file", async () => {
    const attached = (sha256: string): ModelRequest => ({
      ...ask,
      messages: [
        {
          kind: "user",
          content: [
            { kind: "text", text: "Read." },
            {
              kind: "attachment",
              name: "report.pdf",
              mediaType: "application/pdf",
              sha256,
              bytes: new Uint8Array(9),
            },
          ],
        },
      ],
    });
    const recorded = [[attached("ab".repeat(32)), listed]] as const;
    expect(await reported(attached("cd".repeat(32)), { recorded })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the content of the attachment "report.pdf" changed
        at a.yaml:3
        call: main, request 82df121a4ce2b3b2
        nearest recording: 16a6f00fe01481b0, call main
      Try: record anew with --mode record
      Try: or undo the change"
    `);
    // The same file is no difference: what else changed is named.
    const renamed = { ...attached("ab".repeat(32)), model: "openai:gpt-5" };
    expect(await reported(renamed, { recorded })).toContain("its model changed");
  });

  test("a conversation that goes on", async () => {
    const request = goingOn(more, saying("Done."), userText("Thanks."));
    expect(await reported(request, { before: [ask, more] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the conversation goes on where the recording ends
        at a.yaml:26
        call: main, request 18bf3ef2501a9d6a
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[3]
          recorded: nothing
          asked:    {"assistant":[{"text":"Done."}]}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("more asked than was recorded", async () => {
    expect(await reported(ask, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: it was recorded once and is asked once more
        at a.yaml:3
        call: main, request 1424fe9aa6160c2f
        nearest recording: 1424fe9aa6160c2f, call main
      Try: record anew with --mode record"
    `);
  });

  test("a worker of which nothing is recorded", async () => {
    const request = question("Analyze a.jpg.");
    expect(await reported(request, { call: "main/analyzer" })).toMatchInlineSnapshot(`
      "Failed to replay "analyzer": no recording answers its request: nothing is recorded for "analyzer"
        at a.yaml
        call: main/analyzer, request 63e337982fefd859
        recorded calls: main
      Try: record anew with --mode record"
    `);
  });
});

describe("a miss by volatile text says what kind and how to make a rule of it:", () => {
  test.each([
    ["a date", "2026-01-01", "2026-01-02"],
    ["a date", "January 1, 2026", "February 28, 2026"],
    ["a date", "1.1.2026", "28.2.2026"],
    ["a time", "9:59", "10:01:33"],
    ["a timestamp", "2026-01-01T10:00:00.000Z", "2026-01-02T11:30:00.123Z"],
    ["a timestamp", "1767225600", "1767312000123"],
    ["an id", "6e1a1c9e-51f2-4a30-9a0c-0f1e2d3c4b5a", "00000000-51f2-4a30-9a0c-0f1e2d3c4b5a"],
    ["an id", "5f0c9a1e7b3d4c21", "91aa02c4e6f7b8d9"],
    ["a temporary path", "/tmp/run-Ab3x/in", "/tmp/run-Zz90/in"],
    ["a temporary path", "/var/folders/x1/T/a", "/private/var/folders/zz/T/b"],
  ])("%s: %s", async (kind, recorded, asked) => {
    const said = (text: string) => ({
      ...ask,
      system: `Now (${text}): sort "${text}", then rest.`,
    });
    const shown = await reported(said(asked), { recorded: [[said(recorded), listed]] });
    expect(shown).toContain(`its instructions changed by ${kind} only\n`);
    const pattern = /^Try: add it to llm-do\.yaml, then record anew: volatile: \['(.*)'\]$/m.exec(
      shown,
    )?.[1];
    // What the report advises is a rule that makes the two requests one.
    const rules = {
      redact: [],
      volatile: [{ pattern: new RegExp(pattern ?? "", "gu"), replacement: "<volatile>" }],
    };
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[said(recorded), listed]], { rules });
    expect(await new TestSession({ path, rules }).ask(said(asked))).toEqual(listed);
  });

  test("the whole report", async () => {
    const said = (day: string) => ({ ...ask, system: `${ask.system}Today is ${day}.` });
    const shown = await reported(said("2026-01-02"), { recorded: [[said("2026-01-01"), listed]] });
    expect(shown).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed by a date only
        at a.yaml:3
        call: main, request a34d05be1e5d0640
        nearest recording: db60931bf4b438d9, call main
        differs at: system
          …ame\\neach folder in lower case.\\nToday is [-2026-01-01-]{+2026-01-02+}.
      Try: add it to llm-do.yaml, then record anew: volatile: ['\\d{4}-\\d\\d-\\d\\d']
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("not where other words changed as well", async () => {
    const said = (text: string) => ({ ...ask, system: text });
    const shown = await reported(said("On 2026-01-02 rest."), {
      recorded: [[said("On 2026-01-01 work."), listed]],
    });
    expect(shown).toContain(
      'its instructions changed ("2026-01-01 work" is now "2026-01-02 rest")',
    );
    expect(shown).not.toContain("volatile");
  });
});

describe("the nearest recording", () => {
  const other = question("Analyze a.jpg.", { system: "You analyze files." });
  const third = question("Analyze b.pdf.", { system: "You analyze files." });

  async function recorded(path: string): Promise<void> {
    const live = new TestSession(
      { path, mode: "record" },
      listed,
      saying("An image."),
      saying("A report."),
      saying("Done."),
    );
    await live.ask(ask, "main");
    await live.ask(other, "main/analyzer");
    await live.ask(third, "main/analyzer#2");
    await live.ask(more, "main");
    live.close();
  }

  test.each<[string, string, ModelRequest, string]>([
    [
      "is of the same call",
      "main/analyzer#2",
      { ...other, system: "You read files." },
      "call main/analyzer#2",
    ],
    [
      "is of the same worker where the call is new",
      "main/analyzer#3",
      { ...third, system: "You read files." },
      "call main/analyzer#2",
    ],
    ["is the turn that is as far on", "main", { ...more, system: "You sort." }, "call main"],
  ])("%s", async (_what, call, request, expected) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const error = await failure(() => new TestSession({ path }).ask(request, call));
    const line = error.details.find((detail) => detail.includes("nearest recording"));
    expect(line).toMatch(new RegExp(`, ${expected}$`));
    expect(error.reason).toContain("its instructions changed");
    if (request.messages.length > 1) expect(error.details.join("\n")).not.toContain("as well");
  });

  test("is one that was not served yet, of two that are alike", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [question("One"), saying("1")],
      [question("Two"), saying("2")],
    ]);
    const session = new TestSession({ path });
    await session.ask(question("One"));
    const error = await failure(() => session.ask(question("Three")));
    expect(error.reason).toContain('"Two" is now "Three"');
  });

  test("is found in a long conversation in little time", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const exchanges: [ModelRequest, Answer][] = [];
    let request = question("Count.");
    for (let turn = 0; turn < 300; turn++) {
      exchanges.push([request, saying(`${turn} `.repeat(100))]);
      request = goingOn(request, saying(`${turn} `.repeat(100)), userText(`on, ${turn}`));
    }
    await record(path, exchanges);
    const last = exchanges.at(-1)?.[0] ?? request;
    const startMs = performance.now();
    const error = await failure(() =>
      new TestSession({ path }).ask({ ...last, system: "You count." }),
    );
    expect(performance.now() - startMs).toBeLessThan(3000);
    expect(error.reason).toContain("its instructions changed");
    expect(error.details[1]).toContain("nearest recording");
  });
});

describe("a miss report", () => {
  const host = testHost({ env: { MAIL_PASSWORD: "correct-horse-battery" } });
  const key = ["sk", "ant", "api03", "a1B2c3D4".repeat(4)].join("-");

  test.each([key, "correct-horse-battery"])("shows no secret: %#", async (secret) => {
    const leaks: Partial<ModelRequest>[] = [
      { system: `${ask.system} The password is ${secret}.` },
      { model: secret },
      { tools: [{ ...ls, name: secret }] },
      { tools: [{ ...ls, inputSchema: { ...ls.inputSchema, [secret]: secret } }] },
      { messages: [userText(secret)] },
      { settings: { temperature: 0, stopSequences: [secret] } },
    ];
    for (const leak of leaks) {
      const shown = await reported({ ...ask, ...leak }, { host });
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(secret.slice(0, 12));
      expect(shown).toContain("<secret>");
    }
  });

  test("says so where a secret is all that differs", async () => {
    const shown = await reported(
      { ...ask, system: `Log in with ${key}.` },
      {
        host,
        recorded: [[{ ...ask, system: "Log in with <secret>." }, listed]],
      },
    );
    expect(shown).toContain("its instructions changed (in a secret, which is not shown)");
  });

  test("keeps redacted what is redacted", async () => {
    const rules = { redact: [{ pattern: /user-\d+/g, replacement: "<user>" }], volatile: [] };
    const shown = await reported(
      { ...ask, system: `${ask.system}Greet user-4.` },
      {
        rules,
        recorded: [[{ ...ask, system: `${ask.system}Welcome user-17.` }, listed]],
      },
    );
    expect(shown).toContain('("Welcome" is now "Greet")');
    expect(shown).toContain("<user>.");
    expect(shown).not.toMatch(/user-\d/);
  });

  test("cuts what is long", async () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(" ");
    const shown = await reported(
      { ...ask, system: long },
      { recorded: [[{ ...ask, system: long.replace(" word9000 ", " x ") }, listed]] },
    );
    expect(shown).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("x" is now "word9000")
        at a.yaml:3
        call: main, request d41ad6152e0bfbd4
        nearest recording: f3cefe0deb7ebc78, call main
        differs at: system
          …995 word8996 word8997 word8998 word8999 [-x-]{+word9000+} word9001 word9002 word9003 word9004 wor…
      Try: record anew with --mode record
      Try: or undo the change"
    `);
    const whole = await reported({ ...ask, system: long });
    expect(Math.max(...whole.split("\n").map((line) => line.length))).toBeLessThan(1000);
    const schema = await reported({ ...ask, tools: [{ ...ls, inputSchema: { long } }] });
    expect(Math.max(...schema.split("\n").map((line) => line.length))).toBeLessThan(1000);
  });

  test("escapes what a terminal would obey", async () => {
    const shown = await reported({
      ...ask,
      system: "Red \u001b[31m, bell \u0007, \u202eback\u2028, \ud800 and 😀",
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u2028]/);
    expect(shown).toContain(
      String.raw`{+Red \u{1b}[31m, bell \u{7}, \u{202e}back\u{2028}, \u{d800} +}and`,
    );
  });
});
