import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { userText } from "../../src/model/message.ts";
import {
  failure,
  goingOn,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const [one, two, three] = [question("One?"), question("Two?"), question("Three?")] as const;

describe("replay", () => {
  test("never asks the transport behind it, hit or miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    const session = new TestSession({ path, mode: "replay" }, saying("live"));
    expect(await session.ask(one)).toEqual(saying("1"));
    await expect(session.ask(two)).rejects.toMatchObject({ code: "cassette-miss" });
    expect(session.asked).toEqual([]);
    expect(session.close().exchanges).toEqual({ served: 1, live: 0, missed: 1, unused: 0 });
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("without a cassette is a miss that says how to record one", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    expect(await report(() => run({ path }, [[one]]), folder.path)).toMatchInlineSnapshot(`
      "Failed to replay "a.yaml": there is no such cassette
      Try: record it: --cassette a.yaml --mode record
      Try: check the path"
    `);
  });
});

describe("auto", () => {
  test("answers what is recorded and records the rest", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[two, saying("2")]]);
    const { answers, asked, ledger } = await run({ path, mode: "auto" }, [
      [one, saying("1")],
      [two],
      [three, saying("3")],
    ]);
    expect(answers).toEqual([saying("1"), saying("2"), saying("3")]);
    expect(asked).toEqual([one, three]);
    expect(ledger.exchanges).toEqual({ served: 1, live: 2, missed: 0, unused: 0 });
    const replayed = await run({ path }, [[three], [two], [one]]);
    expect(replayed.answers).toEqual([saying("3"), saying("2"), saying("1")]);
  });

  test("goes on from what is recorded, and says it only once", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    const more = goingOn(one, saying("1"), userText("Sure?"));
    await run({ path, mode: "auto" }, [[one], [more, saying("Sure.")]]);
    expect(textOf(path).match(/One\?/g)).toHaveLength(1);
    expect(problems(path)).toEqual([]);
    expect((await run({ path }, [[one], [more]])).answers).toEqual([saying("1"), saying("Sure.")]);
  });

  test("leaves nothing behind when the first answer never came", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession({ path, mode: "auto" }, new Error("no network"));
    await expect(session.ask(one)).rejects.toThrow("no network");
    session.close({ ok: false });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("record", () => {
  test("replaces the cassette when the run ended well", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    const session = new TestSession({ path, mode: "record" }, saying("new"));
    expect(await session.ask(one)).toEqual(saying("new"));
    expect(textOf(path)).toContain("old");
    session.close();
    expect(textOf(path)).not.toContain("old");
    expect((await run({ path }, [[one]])).answers).toEqual([saying("new")]);
    expect(session.session.leftover).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("keeps the cassette and what it recorded apart when the run failed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    const before = textOf(path);
    const session = new TestSession({ path, mode: "record" }, saying("new"));
    await session.ask(one);
    session.close({ ok: false });
    expect(textOf(path)).toBe(before);
    expect(session.session.leftover).toBe(`${path}.recording`);
    expect((await run({ path: `${path}.recording` }, [[one]])).answers).toEqual([saying("new")]);
    await record(path, [[one, saying("newer")]]);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });

  test("reports nothing as left over when nothing was recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession({ path, mode: "record" }, new Error("no network"));
    await expect(session.ask(one)).rejects.toThrow("no network");
    session.close({ ok: false });
    expect(session.session.leftover).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("of a run that asked nothing is a cassette without entries", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("old")]]);
    new TestSession({ path, mode: "record" }).close();
    expect(textOf(path)).toBe("cassette: 1\n");
  });

  test("replaces a damaged cassette and one of another version", async () => {
    using folder = temporaryFolder();
    for (const text of ["cassette: 9\n---\nnew: things\n", "cassette: 1\n---\nnonsense: 1\n", ""]) {
      const path = join(folder.path, "a.yaml");
      writeFileSync(path, text);
      await record(path, [[one, saying("1")]]);
      expect(problems(path)).toEqual([]);
    }
  });

  test.each(["a worker file", "a folder"])("never replaces %s", async (what) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.worker");
    if (what === "a folder") mkdirSync(path);
    else writeFileSync(path, "---\nmodel: test\n---\nYou organize files.\n");
    const error = await failure(() => record(path, [[one, saying("1")]]));
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(error.reason).toMatch(/stands there$/);
    expect(readdirSync(folder.path)).toEqual(["main.worker"]);
  });
});

describe("equal requests", () => {
  test("are answered in recorded order, each recording once", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [one, saying("first")],
      [one, saying("second")],
    ]);
    const session = new TestSession({ path });
    expect(await session.ask(one)).toEqual(saying("first"));
    expect(await session.ask(one)).toEqual(saying("second"));
    await expect(session.ask(one)).rejects.toMatchObject({ code: "cassette-miss" });
  });

  test("of parallel calls get their own call's answer, whoever asks first", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const live = new TestSession({ path, mode: "record" }, saying("a's"), saying("b's"));
    await live.ask(one, "main/a");
    await live.ask(one, "main/b");
    live.close();
    const replay = new TestSession({ path });
    expect(await replay.ask(one, "main/b")).toEqual(saying("b's"));
    expect(await replay.ask(one, "main/a")).toEqual(saying("a's"));
  });

  test("of a call without a recording of its own get what is left", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("1")]]);
    expect(await new TestSession({ path }).ask(one, "main/renamed")).toEqual(saying("1"));
  });

  test("that go on from each other's answers are kept apart", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const on = (said: string) => goingOn(one, saying(said), userText("And?"));
    await record(path, [
      [one, saying("first")],
      [one, saying("second")],
      [on("first"), saying("after first")],
      [on("second"), saying("after second")],
    ]);
    expect(problems(path)).toEqual([]);
    const { answers } = await run({ path }, [[one], [one], [on("second")], [on("first")]]);
    expect(answers.slice(2)).toEqual([saying("after second"), saying("after first")]);
  });
});

test("different requests are answered in any order", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const numbers = [0, 1, 2, 3, 4, 5];
  const ask = (number: number) => question(`Question ${number}`);
  await record(
    path,
    numbers.map((number) => [ask(number), saying(`Answer ${number}`)]),
  );
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(numbers), async (order) => {
      const session = new TestSession({ path });
      const answers = await Promise.all(order.map((number) => session.ask(ask(number))));
      expect(answers).toEqual(order.map((number) => saying(`Answer ${number}`)));
      expect(session.close().exchanges.unused).toBe(numbers.length - order.length);
    }),
  );
});

test("conversations that run in parallel are recorded whole and replay", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const names = ["a", "b", "c", "d"];
  const converse = async (session: TestSession, name: string) => {
    const first = question(`Who are you, ${name}?`);
    const said = await session.ask(first, `main/${name}`);
    return session.ask(goingOn(first, said, userText("Sure?")), `main/${name}`);
  };
  const live = new TestSession(
    { path, mode: "record" },
    ...names.flatMap((name) => [saying(`I am ${name}.`), saying(`${name} is.`)]),
  );
  const recorded = await Promise.all(names.map((name) => converse(live, name)));
  live.close();
  expect(problems(path)).toEqual([]);
  const replay = new TestSession({ path });
  const replayed = await Promise.all(names.toReversed().map((name) => converse(replay, name)));
  expect(replayed.toReversed()).toEqual(recorded);
});

test("an entry inherits its call and source from what it goes on from in the file", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const scripted = saying("1", { source: "script" });
  const live = new TestSession({ path, mode: "record" }, scripted, saying("1"));
  await live.ask(one, "main/a");
  await live.ask(one, "main/b");
  live.close();
  const auto = new TestSession({ path, mode: "auto" }, saying("on", { source: "script" }));
  // In another order than in the file, where b's entry is the last.
  await auto.ask(one, "main/b");
  await auto.ask(one, "main/a");
  await auto.ask(goingOn(one, scripted, userText("On.")), "main/a");
  auto.close();
  const replay = new TestSession({ path });
  const answer = await replay.ask(goingOn(one, scripted, userText("On.")), "main/a");
  expect(answer.source).toBe("script");
  expect(textOf(path)).toMatch(/after: .*\ncall: main\/a\nsource: script\n/);
});

describe("samples", () => {
  const samples = (path: string) => textOf(path).match(/^exchange:/gm)?.length;

  test("are recorded up to the wanted number, of which a replay serves the first", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const session = new TestSession(
      { path, mode: "record", samples: 3 },
      saying("a"),
      saying("b"),
      saying("c"),
    );
    expect(await session.ask(one)).toEqual(saying("a"));
    session.close();
    expect(textOf(path).match(/^sample: .*$/gm)).toEqual(["sample: 2", "sample: 3"]);
    const { answers, ledger } = await run({ path }, [[one]]);
    expect(answers).toEqual([saying("a")]);
    expect(ledger.exchanges).toEqual({ served: 1, live: 0, missed: 0, unused: 0 });
    expect(problems(path)).toEqual([]);
  });

  test("are topped up by a later run, and not again by one after it", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("a")]]);
    const second = new TestSession({ path, mode: "auto", samples: 3 }, saying("b"), saying("c"));
    expect(await second.ask(one)).toEqual(saying("a"));
    second.close();
    const third = new TestSession({ path, mode: "auto", samples: 3 });
    expect(await third.ask(one)).toEqual(saying("a"));
    expect(third.close().exchanges).toEqual({ served: 1, live: 0, missed: 0, unused: 0 });
    expect(samples(path)).toBe(3);
  });

  test("of a request that is asked twice are not topped up twice", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [one, saying("a")],
      [one, saying("b")],
    ]);
    const auto = new TestSession({ path, mode: "auto", samples: 3 }, saying("c"));
    await Promise.all([auto.ask(one), auto.ask(one)]);
    auto.close();
    expect(samples(path)).toBe(3);
  });

  test("are counted anew when one of them failed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[one, saying("a")]]);
    const failing = new TestSession(
      { path, mode: "auto", samples: 2 },
      new Error("overloaded"),
      saying("b"),
    );
    await expect(failing.ask(one)).rejects.toThrow("overloaded");
    failing.close({ ok: false });
    const again = new TestSession({ path, mode: "auto", samples: 2 }, saying("b"));
    await again.ask(one);
    again.close();
    expect(samples(path)).toBe(2);
  });

  test("do not become what a conversation goes on from", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const on = goingOn(one, saying("a"), userText("And?"));
    const live = new TestSession(
      { path, mode: "record", samples: 2 },
      saying("a"),
      saying("b"),
      saying("c"),
      saying("d"),
    );
    await live.ask(one);
    await live.ask(on);
    live.close();
    expect(problems(path)).toEqual([]);
    const { answers } = await run({ path }, [[one], [on]]);
    expect(answers).toEqual([saying("a"), saying("c")]);
  });
});

describe("effects", () => {
  const mail = { tool: "mail", input: { to: "you" }, effect: "external", callId: "main" } as const;
  const read = { tool: "read", input: {}, effect: "local", callId: "main" } as const;
  const never = () => expect.unreachable("it was performed");

  async function recorded(path: string) {
    const { session } = new TestSession({ path, mode: "record" });
    await session.effects.perform(mail, async () => "sent");
    await session.effects.perform(read, async () => "old");
    expect(session.effects.sample("now", "main", () => 17)).toBe(17);
    return session.close({ ok: true });
  }

  test("in replay: external ones are answered, local ones happen", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    expect((await recorded(path)).effects).toEqual({ served: 0, live: 3, missed: 0, unused: 0 });
    const { session } = new TestSession({ path });
    expect(await session.effects.perform(mail, never)).toBe("sent");
    expect(await session.effects.perform(read, async () => "new")).toBe("new");
    expect(session.effects.sample("now", "main", never)).toBe(17);
    expect(session.close({ ok: true }).effects).toEqual({
      served: 2,
      live: 1,
      missed: 0,
      unused: 0,
    });
  });

  test("with --tools recorded: local ones are answered, too", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const { session } = new TestSession({ path, tools: "recorded" });
    expect(await session.effects.perform(read, never)).toBe("old");
  });

  test("with --tools live: all happen, and none is recorded twice", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const before = textOf(path);
    const { session } = new TestSession({ path, mode: "auto", tools: "live" });
    expect(await session.effects.perform(mail, async () => "sent again")).toBe("sent again");
    expect(session.effects.sample("now", "main", () => 18)).toBe(18);
    expect(session.close({ ok: true }).effects).toMatchObject({ served: 0, live: 2 });
    expect(textOf(path)).toBe(before);
  });

  test("that failed fail again with the same words", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { session } = new TestSession({ path, mode: "record" });
    const failing = session.effects.perform(mail, async () => {
      throw new Error("mailbox full");
    });
    await expect(failing).rejects.toThrow("mailbox full");
    session.close({ ok: true });
    expect(existsSync(path)).toBe(true);
    const replay = new TestSession({ path }).session;
    await expect(replay.effects.perform(mail, never)).rejects.toThrow(/^mailbox full$/);
    expect(problems(path)).toEqual([]);
  });

  test("in replay: another input is a miss that names what changed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const { session } = new TestSession({ path });
    const asks = () => session.effects.perform({ ...mail, input: { to: "me" } }, never);
    expect(await report(asks, folder.path)).toMatchInlineSnapshot(`
      "Failed to replay "mail": no recorded effect answers it: its input changed ("you" is now "me")
        at a.yaml:3
        call: main
        differs at: input.to
          [-you-]{+me+}
      Try: record anew with --mode record
      Try: or let tools run in this replay: --tools live"
    `);
    expect(session.close({ ok: false }).effects.missed).toBe(1);
  });

  test("in replay: a call more than was recorded is a miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const { session } = new TestSession({ path });
    await session.effects.perform(mail, never);
    const again = () => session.effects.perform(mail, never);
    expect(await report(again, folder.path)).toMatchInlineSnapshot(`
      "Failed to replay "mail": no recorded effect answers it: it was recorded once and is called once more
        at a.yaml:3
        call: main
      Try: record anew with --mode record
      Try: or let tools run in this replay: --tools live"
    `);
  });

  test("in replay: a tool that was never called and a clock that was never read are misses", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const { session } = new TestSession({ path });
    const post = () => session.effects.perform({ ...mail, tool: "post" }, never);
    expect((await failure(post)).reason).toBe(
      "no recorded effect answers it: nothing is recorded for it",
    );
    const clock = async () => session.effects.sample("now", "main/other", never);
    expect((await failure(clock)).message).toBe(
      'Failed to replay "ctx.now()": no recorded effect answers it: nothing is recorded for it',
    );
  });

  test("in replay: a miss shows no secret", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recorded(path);
    const host = testHost({ env: { MAIL_PASSWORD: "correct-horse-battery" } });
    const { session } = new TestSession({ path, host });
    const asks = () =>
      session.effects.perform({ ...mail, input: { to: "correct-horse-battery" } }, never);
    expect((await failure(asks)).report()).toContain("[-you-]{+<secret>+}");
  });
});
