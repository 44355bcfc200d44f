import { join } from "node:path";
import { expect, test } from "vitest";
import { RecordedFailure } from "../../src/cassette/gates.ts";
import { LenientReplay } from "../../src/cassette/upkeep/lenient-replay.ts";
import { findingsOf } from "../../src/cassette/upkeep/replay-findings.ts";
import { userText } from "../../src/model/message.ts";
import {
  failure,
  goingOn,
  question,
  type SessionOptions,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const SYSTEM = { system: "Say what kind of file it is." };
const kindOf = (name: string) => question(name, SYSTEM);

/** A cassette in which a program had three files looked at, each by a call of its own. */
async function threeCalls(path: string): Promise<void> {
  const live = new TestSession(
    { path, mode: "record" },
    saying("picture"),
    saying("text"),
    saying("table"),
  );
  await live.ask(kindOf("a.jpg"), "main/look");
  await live.ask(kindOf("b.pdf"), "main/look#2");
  await live.ask(kindOf("c.csv"), "main/look#3");
  live.close();
}

/** A replay that goes on where nothing is on record, and what it found. */
function lenient(options: SessionOptions) {
  const misses = new LenientReplay();
  const session = new TestSession({ ...options, misses });
  return { session, found: () => findingsOf([misses]) };
}

test("a request is answered by the recording of its call, and nothing is asked or written", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await threeCalls(path);
  const before = textOf(path);
  const { session, found } = lenient({ path });
  const asked = { ...kindOf("b.pdf"), system: "Say what it is." };
  expect((await session.ask(asked, "main/look#2")).parts).toEqual(saying("text").parts);
  expect(session.asked).toEqual([]);
  expect(textOf(path)).toBe(before);
  expect(found().stale).toMatchObject([
    { call: "main/look#2", cause: "instructions", reason: expect.stringContaining('"kind') },
  ]);
});

test("a recording that is asked for itself later is not stale, whatever it answered before", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await threeCalls(path);
  const { session, found } = lenient({ path });
  // A file that is new comes first, so each call is asked what the one before was asked.
  for (const [index, name] of ["new.txt", "a.jpg", "b.pdf", "c.csv"].entries()) {
    await session.ask(kindOf(name), index === 0 ? "main/look" : `main/look#${index + 1}`);
  }
  const { stale, missing, unused } = found();
  expect([stale, unused]).toEqual([[], []]);
  expect(missing).toEqual([
    {
      kind: "exchange",
      call: "main/look",
      asked: "anthropic:claude-haiku-4-5",
      reason: "nothing that is left on record is like it",
    },
  ]);
});

test("a turn stands for the same turn, though the conversation changed from its beginning", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const [first, more] = [question("Sort."), userText("All of them?")];
  const second = goingOn(first, saying("Yes?"), more);
  const live = new TestSession({ path, mode: "record" }, saying("Yes?"), saying("Done."));
  await live.ask(first);
  await live.ask(second);
  live.close();
  const { session, found } = lenient({ path });
  const now = question("Sort them.");
  await session.ask(now);
  expect((await session.ask(goingOn(now, saying("Yes?"), more))).parts).toEqual(
    saying("Done.").parts,
  );
  expect(found().stale.map(({ line, cause }) => [line, cause])).toEqual([
    [3, "input"],
    [16, "input"],
  ]);
});

test("one that asks in circles is ended by its miss", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await threeCalls(path);
  const { session } = lenient({ path });
  let asked = 0;
  const error = await failure(async () => {
    for (; asked < 1000; asked++) await session.ask(kindOf(`${asked}.txt`), "main/look");
  });
  expect(error.code).toBe("cassette-miss");
  expect(asked).toBeLessThan(1000);
});

test("what is asked again more often than it was recorded says so", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await threeCalls(path);
  const { session, found } = lenient({ path });
  for (const call of ["main/look", "main/look#2", "main/look#3", "main/look#4"]) {
    await session.ask(kindOf("a.jpg"), call);
  }
  expect(found()).toMatchObject({
    stale: [{ cause: "input" }, { cause: "input" }],
    missing: [{ call: "main/look#4", reason: "it was recorded once and is asked once more" }],
  });
});

test("effects are answered likewise, readings of the clock too; external ones never happen", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const mail = { tool: "mail", effect: "external", callId: "main/mail" } as const;
  const live = new TestSession({ path, mode: "record" });
  await live.session.effects.perform({ ...mail, input: { to: "ada" } }, async () => "sent");
  live.session.effects.sample("now", "main/mail", () => 17);
  live.close();
  const { session, found } = lenient({ path, tools: "live" });
  const { effects } = session.session;
  const never = () => expect.unreachable("it happened");
  expect(await effects.perform({ ...mail, input: { to: "bob" } }, never)).toBe("sent");
  expect(effects.sample("now", "main/mail#2", never)).toBe(17);
  await expect(effects.perform({ ...mail, tool: "post", input: {} }, never)).rejects.toThrow(
    RecordedFailure,
  );
  const { stale, missing, unused } = found();
  expect(stale.map(({ cause, reason }) => [cause, reason])).toEqual([
    ["input", 'its input changed ("ada" is now "bob")'],
    ["call", "another call asks for it: main/mail#2"],
  ]);
  expect(missing).toMatchObject([{ kind: "effect", asked: "post" }]);
  expect(unused).toEqual([]);
});

test("a local effect that happens needs no recording; one that is left over is stale", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const list = { tool: "list", effect: "local", callId: "main/list" } as const;
  const live = new TestSession({ path, mode: "record" });
  await live.session.effects.perform({ ...list, input: { folder: "a" } }, async () => "1");
  live.close();
  const { session, found } = lenient({ path });
  const { effects } = session.session;
  expect(await effects.perform({ ...list, input: { folder: "b" } }, async () => "2")).toBe("2");
  expect(await effects.perform({ ...list, input: { folder: "c" } }, async () => "3")).toBe("3");
  expect(found()).toMatchObject({ stale: [{ kind: "effect", cause: "input" }], missing: [] });
});
