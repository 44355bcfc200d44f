import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { problems, TestSession, textOf } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";
import { ask, done, listed, more } from "../support/sorting-conversation.ts";

describe("verify finds", () => {
  async function found(change: (text: string) => string): Promise<readonly string[]> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const live = new TestSession({ path, mode: "record" }, listed, done);
    await live.ask(ask);
    const mail = {
      tool: "mail",
      input: { to: "you" },
      effect: "external",
      callId: "main",
    } as const;
    await live.session.effects.perform(mail, async () => "sent");
    live.session.effects.sample("now", "main", () => 17);
    await live.ask(more);
    live.close();
    const text = textOf(path);
    writeFileSync(path, change(text));
    return problems(path).map((problem) => problem.replaceAll(/[0-9a-f]{16}/g, "KEY"));
  }

  test("nothing in a sound cassette", async () => {
    expect(await found((text) => text)).toEqual([]);
  });

  test("an edited request, and that what goes on from it no longer fits", async () => {
    expect(
      await found((text) => text.replace("All of them.", "None of them.")),
    ).toMatchInlineSnapshot(`
      [
        "3: the key KEY does not fit its request: it was edited",
        "41: the key KEY does not fit its request: it, or an entry that it goes on from, was edited",
      ]
    `);
  });

  test("an edited answer that a later request carries", async () => {
    expect(
      await found((text) => text.replace("First: list.", "First: look.")),
    ).toMatchInlineSnapshot(`
      [
        "41: the key KEY does not fit its request: it, or an entry that it goes on from, was edited",
      ]
    `);
  });

  test("nothing in an edited answer that no request carries: that is how answers are written by hand", async () => {
    expect(await found((text) => text.replace("Done.", "All done."))).toEqual([]);
  });

  test("an edited effect, and an edited reading of the clock", async () => {
    expect(
      await found((text) =>
        text.replace("to: you", "to: me").replace("sampled: now", "sampled: random"),
      ),
    ).toMatchInlineSnapshot(`
      [
        "27: the key KEY does not fit its effect: it was edited",
        "35: the key KEY does not fit its effect: it was edited",
      ]
    `);
  });

  test("a parent that is not there", async () => {
    expect(
      await found((text) => text.replace(/^after: .*$/m, "after: 00112233445566aa")),
    ).toMatchInlineSnapshot(`
      [
        "41: entry KEY is malformed: "after" names KEY, which no sound entry before it has",
      ]
    `);
  });

  test("an effect without an outcome", async () => {
    expect(await found((text) => text.replace("output: sent\n", ""))).toMatchInlineSnapshot(`
      [
        "27: entry KEY is malformed: it has no "output" and no "error"",
      ]
    `);
  });

  test("a torn tail", async () => {
    expect(await found((text) => text.slice(0, -20))).toMatchInlineSnapshot(`
      [
        "40: the last entry was cut short (221 bytes)",
      ]
    `);
  });

  test("all that is wrong, in the order of the file", async () => {
    expect(
      await found((text) =>
        text
          .replace("to: you", "to: me")
          .replace("All of them.", "None.")
          .replace("stop: end", "stop: fin"),
      ),
    ).toMatchInlineSnapshot(`
      [
        "3: the key KEY does not fit its request: it was edited",
        "27: the key KEY does not fit its effect: it was edited",
        "41: entry KEY is malformed: "stop" is "fin", expected one of end, tool-calls, max-tokens, stop-sequence, pause, refusal, context-window, interrupted, other",
      ]
    `);
  });
});
