import { join } from "node:path";
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
    const replay = new TestSession({ path });
    expect(await replay.ask(one)).toEqual(saying("a"));
    await expect(replay.ask(one)).rejects.toMatchObject({ code: "cassette-miss" });
    expect(replay.close().exchanges).toEqual({ served: 1, live: 0, missed: 1, unused: 0 });
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

  test("do not count a recording of the same run that failed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const answers = [new Error("overloaded"), saying("a"), saying("b")];
    const session = new TestSession({ path, mode: "record", samples: 2 }, ...answers);
    await expect(session.ask(one)).rejects.toThrow("overloaded");
    await session.ask(one);
    session.close();
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
