import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { failure, goingOn, question, record, saying, TestSession } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { ask, listed, ls, more, reported } from "../support/miss-reports.ts";

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
