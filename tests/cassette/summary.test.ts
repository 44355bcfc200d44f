import { join } from "node:path";
import { expect, test } from "vitest";
import { costUsd } from "../../src/model/prices.ts";
import { question, record, saying, TestSession } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const [one, two, three] = [question("One?"), question("Two?"), question("Three?")] as const;
const mail = { tool: "mail", input: {}, effect: "external", callId: "main" } as const;

test("a run's summary counts served, live, missed and unused on both gates", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const live = new TestSession(
    { path, mode: "record" },
    saying("1"),
    saying("2", { source: "script" }),
    saying("3"),
  );
  for (const request of [one, two, three]) await live.ask(request);
  for (const input of [{}, { to: "me" }]) {
    await live.session.effects.perform({ ...mail, input }, async () => "sent");
  }
  expect(live.close()).toMatchObject({
    exchanges: { served: 0, live: 3, missed: 0, unused: 0 },
    effects: { served: 0, live: 2, missed: 0, unused: 0 },
  });
  const replay = new TestSession({ path });
  await replay.ask(one);
  await replay.ask(two);
  await expect(replay.ask(question("Four?"))).rejects.toThrow();
  await replay.session.effects.perform(mail, () => expect.unreachable("it was performed"));
  const { usage } = saying("1");
  expect(replay.close({ ok: false })).toEqual({
    exchanges: { served: 2, live: 0, missed: 1, unused: 1 },
    effects: { served: 1, live: 0, missed: 0, unused: 1 },
    servedUsage: usage,
    servedUsd: costUsd(one.model, usage),
    servedMs: expect.any(Number),
    scripted: 1,
  });
});

test("what is recorded again is not unused: the old recording is not part of the run", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await record(path, [[one, saying("1")]]);
  const { summary } = await record(path, [[two, saying("2")]]);
  expect(summary.exchanges).toEqual({ served: 0, live: 1, missed: 0, unused: 0 });
});
