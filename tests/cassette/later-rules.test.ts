import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleFindings } from "../../src/cassette/read/rule-findings.ts";
import { rewriteParts } from "../../src/cassette/rules/rewrite-request.ts";
import { type CassetteRules, NO_RULES, rewritesOf } from "../../src/cassette/rules/rules.ts";
import { SecretScanner } from "../../src/cassette/secrets/secret-scanner.ts";
import { rekeyCassette } from "../../src/cassette/upkeep/rekey.ts";
import { userText } from "../../src/model/message.ts";
import {
  failure,
  goingOn,
  openFile,
  problems,
  question,
  record,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { anyConversation, exchangesOf } from "../support/conversations.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const dates: CassetteRules = {
  redact: [],
  volatile: [{ pattern: /\d{4}-\d\d-\d\d/g, replacement: "<date>" }],
};
const mails: CassetteRules = {
  redact: [{ pattern: /\w+@corp\.com/g, replacement: "<mail>" }],
  volatile: [],
};

function rekey(path: string, rules: CassetteRules, dryRun = false) {
  return rekeyCassette(openFile(path), { host: testHost(), rules, dryRun });
}

function found(path: string, rules: CassetteRules, which: "secret" | "all" = "secret") {
  const scanner = new SecretScanner({ MAIL_PASSWORD: "correct-horse" });
  return ruleFindings(openFile(path), { rules, scanner }, which).map(
    ({ place, problem }) => `${place.line}: ${problem}`,
  );
}

/** A conversation of two turns with an effect between them, about a day and a person. */
const first = (day: string) => question(`On ${day}?`, { system: `Today is ${day}.` });
const says = (day: string) =>
  saying(`On ${day} ask ada@corp.com.`, {
    parts: [
      { kind: "text", text: `On ${day}.` },
      { kind: "tool-call", id: "1", name: "mail", input: { day, to: "ada@corp.com" } },
    ],
    stop: "tool-calls",
  });
const second = (day: string) => goingOn(first(day), says(day), userText("Go on."));
const mail = (day: string) =>
  ({
    tool: "mail",
    input: { day, to: "ada@corp.com" },
    effect: "external",
    callId: "main",
  }) as const;
const decision = (day: string) => ({ tool: "mail", input: { day }, callId: "main" });

async function recorded(path: string, rules: CassetteRules = NO_RULES) {
  const live = new TestSession(
    { path, mode: "record", rules },
    says("2026-01-01"),
    saying("Done."),
  );
  await live.ask(first("2026-01-01"));
  live.session.decisions.record(decision("2026-01-01"), { allowed: true, by: "person" }, 1);
  await live.session.effects.perform(mail("2026-01-01"), async () => "sent to ada@corp.com");
  await live.ask(second("2026-01-01"));
  live.close();
}

async function replay(path: string, day: string, rules: CassetteRules) {
  const session = new TestSession({ path, rules });
  await session.ask(first(day));
  expect(session.session.decisions.find(decision(day))).toMatchObject({ allowed: true });
  await session.session.effects.perform(mail(day), () => expect.unreachable("it was performed"));
  // A replay goes on with the answer that it was given.
  await session.ask(goingOn(first(day), says("2026-01-01"), userText("Go on.")));
  return session.close();
}

describe("a rule that was added after the recording", () => {
  test.each([
    ["volatile", dates],
    ["redact", mails],
    ["both", { ...mails, volatile: dates.volatile }],
  ])("serves what it makes equal: %s", async (_name, rules) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const day = rules.volatile.length > 0 ? "2026-02-02" : "2026-01-01";
    const summary = await replay(path, day, rules);
    expect(summary.exchanges).toMatchObject({ served: 2, missed: 0, unused: 0 });
    expect(summary.effects).toMatchObject({ served: 1, missed: 0, unused: 0 });
  });

  test("does not serve twice, and not what stays unequal", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const session = new TestSession({ path, rules: dates });
    await session.ask(first("2026-02-02"));
    for (const request of [first("2026-02-02"), question("On 2026-02-02!")]) {
      expect((await failure(() => session.ask(request))).code).toBe("cassette-miss");
    }
  });

  test("lets auto go on from an old recording, and what it writes is sound", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const session = new TestSession({ path, mode: "auto", rules: dates }, saying("More."));
    await session.ask(first("2026-02-02"));
    await session.ask(goingOn(first("2026-02-02"), says("2026-01-01"), userText("And now?")));
    expect(session.asked).toHaveLength(1);
    session.close();
    expect(problems(path, dates).filter((one) => !one.includes("other rules"))).toEqual([]);
  });

  test("is no edit to verify, which names the rule", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    expect(problems(path, dates).join()).not.toContain("edited");
    expect(problems(path, dates).join()).toMatch(/other rules than today's/);
    expect(found(path, dates)).toEqual([]);
    expect(found(path, dates, "all")[0]).toBe(
      "7: the rule '\\d{4}-\\d\\d-\\d\\d' finds something at system",
    );
    expect(found(path, mails)[0]).toMatch(/^\d+: the rule '\\w\+@corp\\\.com' finds something at /);
  });
});

describe("rekey", () => {
  test.each([
    ["as it was written", (text: string) => text],
    [
      "with a comment in it",
      (text: string) => text.replace("        ada:", "        # the owner\n        ada:"),
    ],
  ])("keeps the layout of JSON %s", async (_name, edit) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const items = Array.from({ length: 5 }, (_, id) => ({ id, owner: "ada@corp.com", price: 9.5 }));
    const live = new TestSession({ path, mode: "record" }, saying("One."), saying("Two."));
    await live.ask(question("Go."));
    const result = { kind: "tool", id: "t1", name: "list", isError: false } as const;
    const text = JSON.stringify({ ada: "ada@corp.com", items });
    const called = saying("", {
      parts: [{ kind: "tool-call", id: "t1", name: "list", input: {} }],
      stop: "tool-calls",
    });
    await live.ask(
      goingOn(question("Go."), called, { ...result, content: [{ kind: "text", text }] }),
    );
    live.close();
    const before = edit(textOf(path));
    expect(before).toContain("output_json:");
    writeFileSync(path, before);
    rekey(path, mails);
    const lines = (said: string) => said.split("\n").filter((line) => !/^\w+: /.test(line));
    const hidden = before.replaceAll("ada@corp.com", "redacted-mail@example.invalid");
    expect(lines(textOf(path))).toEqual(lines(hidden));
    expect(problems(path, mails)).toEqual([]);
  });

  test.each([
    ["volatile", dates],
    ["redact", mails],
    ["both", { ...mails, volatile: dates.volatile }],
  ])("makes a recording as if the rules had been there: %s", async (_name, rules) => {
    using folder = temporaryFolder();
    const [path, other] = [join(folder.path, "a.yaml"), join(folder.path, "b.yaml")];
    await recorded(path);
    await recorded(other, rules);
    const dry = rekey(path, rules, true);
    expect(rekey(path, rules)).toEqual(dry);
    expect(textOf(path)).toBe(textOf(other));
    expect(problems(path, rules)).toEqual([]);
    expect(found(path, rules, "all")).toEqual([]);
  });

  test("touches nothing where nothing changes", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const text = `# ours\r\n${textOf(path).replaceAll("\n", "\r\n")}`;
    writeFileSync(path, text.replace("# ours\r\n", ""));
    const before = textOf(path);
    const none = { redact: [{ pattern: /nobody/g, replacement: "<x>" }], volatile: [] };
    expect(rekey(path, none)).toMatchObject({ rewritten: 0, rekeyed: 0, entries: 4 });
    expect(textOf(path)).toBe(before);
  });

  test("keeps comments, the header and what a person wrote", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const edited = textOf(path)
      .replace(
        "cassette: 1\n",
        "cassette: 1\nrun: { files: [main.worker], entry: main, input: ada@corp.com } # as it was\nnote: mine\n",
      )
      .replace(/^input: .*$/m, "# who\ninput:\n  day: 2026-01-01\n  to: 'ada@corp.com' # her");
    writeFileSync(path, edited);
    rekey(path, mails);
    const text = textOf(path);
    expect(text).not.toContain("ada@corp.com");
    expect(problems(path, mails)).toEqual([]);
    expect(text).toContain(
      "run: { files: [ main.worker ], entry: main, input: redacted-mail@example.invalid } # as it was\nnote: mine\n",
    );
    expect(text).toContain("to: 'redacted-mail@example.invalid' # her\n");
  });

  test("replaces nothing while another process writes, and leaves nothing behind", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const before = textOf(path);
    writeFileSync(`${path}.lock`, "1\n");
    const error = await failure(() => rekey(path, mails));
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(textOf(path)).toBe(before);
    expect(existsSync(`${path}.next`)).toBe(false);
  });

  test("leaves a cassette alone that is damaged or torn", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const whole = textOf(path);
    for (const text of [
      whole.slice(0, -20),
      whole.replace(/^after: .*$/m, "after: 00112233445566aa"),
    ]) {
      writeFileSync(path, text);
      const error = await failure(() => rekey(path, mails));
      expect(error.code).toBe("cassette-damaged");
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  test("two entries that become equal keep their calls", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const live = new TestSession(
      { path, mode: "record" },
      ...["a", "b", "c", "d"].map((text) => saying(text)),
    );
    const days = ["2026-01-01", "2026-01-02"] as const;
    for (const [index, day] of days.entries())
      await live.ask(question(day), `main/one#${index + 1}`);
    for (const [index, day] of days.entries()) {
      const more = goingOn(question(day), saying("ab"[index] ?? ""), userText("More."));
      await live.ask(more, `main/one#${index + 1}`);
    }
    live.close();
    rekey(path, dates);
    expect(problems(path, dates)).toEqual([]);
    const session = new TestSession({ path, rules: dates });
    const asks = (index: number) => session.ask(question("2026-03-03"), `main/one#${index}`);
    expect([await asks(2), await asks(1)]).toEqual([saying("b"), saying("a")]);
    const goes = (index: number, said: string) =>
      session.ask(
        goingOn(question("2026-03-03"), saying(said), userText("More.")),
        `main/one#${index}`,
      );
    expect([await goes(2, "b"), await goes(1, "a")]).toEqual([saying("d"), saying("c")]);
  });

  const rules: fc.Arbitrary<CassetteRules> = (() => {
    const rule = fc.record({
      pattern: fc.constantFrom(/[b-e]{2,}/g, /\d{2,}/g, /^a/g, /--+/g, /\w+ \w+/g),
      replacement: fc.constantFrom("<1>", "<2>", ""),
    });
    const some = fc.array(rule, { maxLength: 2 });
    return fc.record({ redact: some, volatile: some });
  })();

  test("of any conversation verifies, and replays before and after to the end", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, rules, async (conversation, later) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = exchangesOf(conversation);
        await record(
          path,
          exchanges.map(({ request, answer }) => [request, answer] as const),
        );
        const before = new TestSession({ path, rules: later });
        for (const { request, answer } of exchanges)
          expect(await before.ask(request)).toEqual(answer);
        rekey(path, later);
        expect(problems(path, later)).toEqual([]);
        expect(found(path, later, "all")).toEqual([]);
        const { redact } = rewritesOf(later);
        const after = new TestSession({ path, rules: later });
        for (const { request, answer } of exchanges) {
          const { parts } = await after.ask(request);
          expect(parts).toEqual(rewriteParts(answer.parts, redact));
        }
        expect(after.close().exchanges).toMatchObject({ missed: 0, unused: 0 });
        expect(rekey(path, later)).toMatchObject({ rewritten: 0, rekeyed: 0 });
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});

describe("what would not be recorded today is found", () => {
  const rules: CassetteRules = {
    redact: [
      { pattern: /\b\d{6}\b/g, replacement: "<acct>" },
      { pattern: /ada lovelace/g, replacement: "<name>" },
    ],
    volatile: [],
  };

  test.each([
    ["a number", "  - { tool_call: { id: t, name: n, input: { a: 123456 } } }"],
    ["a folded text", "  - text: >-\n      It is ada\n      lovelace."],
    ["a plain text over lines", "  - text: It is ada\n      lovelace."],
    ["an escaped text", '  - text: "It is \\x61da lovelace."'],
    ["a text broken by a backslash", '  - text: "It is ada \\\n      lovelace."'],
    ["data of a provider", "  - opaque: { wire: anthropic, data: [ada lovelace] }"],
    ["a key", "  - { tool_call: { id: t, name: n, input: { ada lovelace: 1 } } }"],
    ["JSON in a text", `  - text: '{"a":"\\u0061da lovelace"}'`],
  ])("in %s", async (_name, response) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question("Who?"), saying("PLACE")]]);
    expect(found(path, rules)).toEqual([]);
    writeFileSync(path, textOf(path).replace("  - text: PLACE", response));
    expect(found(path, rules)).toHaveLength(1);
    expect(found(path, rules).join()).not.toMatch(/ada lovelace finds|123456/);
    rekey(path, rules);
    expect(found(path, rules)).toEqual([]);
  });

  test("but not in what the format itself defines, nor in what stands for hidden values", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const usage = { inputTokens: 123456, outputTokens: 654321 };
    const said = saying('{"account":123456}', { usage });
    await record(path, [[question("Who is 123456?", { settings: { maxTokens: 111111 } }), said]], {
      rules,
    });
    expect(found(path, rules)).toEqual([]);
    expect(textOf(path)).toContain("inputTokens: 123456");
  });

  test("a secret, without its value, and the header", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question("Who?"), saying("It is correct-horse.")]]);
    const [problem = ""] = found(path, NO_RULES);
    expect(problem).toContain("it holds the value of the environment variable MAIL_PASSWORD");
    expect(problem).not.toContain("correct-horse");
    writeFileSync(
      path,
      textOf(path).replace(
        "cassette: 1\n",
        "cassette: 1\nrun: { files: [a], entry: e, input: ada lovelace }\n",
      ),
    );
    expect(found(path, rules)[0]).toContain("at input");
  });
});
