import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failure, problems, report, TestSession, textOf } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

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
