import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { userText } from "../../src/model/message.ts";
import {
  goingOn,
  problems,
  question,
  record,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const one = question("One?");

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
    const { answers } = await run({ path }, [[one], [one], [on("second")], [on("first")]]);
    expect(answers.slice(2)).toEqual([saying("after second"), saying("after first")]);
    const further = ["first", "second"].map(
      (said) =>
        [goingOn(on(said), saying(`after ${said}`), userText("So?")), saying("So.")] as const,
    );
    await run({ path, mode: "auto" }, [[one], [one], [on("first")], [on("second")], ...further]);
    expect(textOf(path).match(/^after:/gm)).toHaveLength(4);
    expect(problems(path)).toEqual([]);
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
