import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tape } from "../../src/cassette/read/tape.ts";
import { type CassetteRules, NO_RULES } from "../../src/cassette/rules/rules.ts";
import { type Pruned, pruneCassette } from "../../src/cassette/upkeep/prune.ts";
import type { Answer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import {
  goingOn,
  openFile,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { anyConversation, exchangesOf } from "../support/conversations.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const VOLATILE: CassetteRules = { redact: [], volatile: [{ pattern: /\d/u, replacement: "<n>" }] };

/** Removes what stands at these places of the file, and nothing else of it. */
function prune(path: string, places: readonly number[], rules: CassetteRules = NO_RULES): Pruned {
  return pruneCassette(openFile(path), places, { host: testHost(), rules });
}

interface Recorded {
  readonly request: ModelRequest;
  readonly answer: Answer;
  readonly call: string;
}

const anyRecording: fc.Arbitrary<readonly Recorded[]> = fc
  .array(fc.tuple(anyConversation, fc.constantFrom("main", "main/a", "main/a#2")), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.flatMap(([one, call]) => exchangesOf(one).map((each) => ({ ...each, call }))));

describe("what is left of a pruned cassette", () => {
  test.each([
    ["without rules", NO_RULES],
    ["where digits are volatile", VOLATILE],
  ])("verifies and answers what it answered, by call and source, %s", async (_how, rules) => {
    await fc.assert(
      fc.asyncProperty(
        anyRecording,
        fc.infiniteStream(fc.boolean()),
        async (recorded, isRemoved) => {
          using folder = temporaryFolder();
          const path = join(folder.path, "a.yaml");
          const answers = recorded.map(({ answer }) => answer);
          const live = new TestSession({ path, mode: "record", rules }, ...answers);
          for (const { request, call } of recorded) await live.ask(request, call);
          live.close();
          const before = new Tape(openFile(path)).entries;
          const removed = before.flatMap((_entry, index) =>
            isRemoved.next().value ? [index] : [],
          );
          const pruned = prune(path, removed, rules);
          expect(problems(path, rules)).toEqual([]);
          expect(pruned.kept).toBe(before.length - removed.length);
          const origin = ({ slice, call, source }: (typeof before)[number]) => [
            slice.key,
            call,
            source,
          ];
          const kept = before.filter((_entry, index) => !removed.includes(index));
          expect(new Tape(openFile(path)).entries.map(origin)).toEqual(kept.map(origin));
          const replay = new TestSession({ path, rules });
          for (const [index, { request, answer, call }] of recorded.entries()) {
            if (removed.includes(index)) continue;
            expect((await replay.ask(request, call)).parts).toEqual(answer.parts);
          }
          expect(replay.close().exchanges.unused).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("stands as a person wrote it", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [question("One?"), saying("1")],
      [question("Two?"), saying("2")],
      [question("Three?"), saying("3")],
    ]);
    const text = textOf(path).replace('- text: "2"', "- { text: '2' } # by hand");
    writeFileSync(path, text);
    const parts = text.split("---\n");
    prune(path, [0]);
    expect(textOf(path)).toBe([parts[0], parts[2], parts[3]].join("---\n"));
  });
});

test("an entry whose parent goes says its whole request, attachments' sizes as they were", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const photo = {
    kind: "attachment" as const,
    name: "cat.png",
    mediaType: "image/png",
    sha256: "aa",
    bytes: new Uint8Array(77),
  };
  const first = question("Sort.", {
    messages: [{ kind: "user", content: [photo, { kind: "text", text: "Sort." }] }],
  });
  const second = goingOn(first, saying("Yes?"), userText("This one."));
  await record(path, [
    [first, saying("Yes?")],
    [second, saying("Done.")],
  ]);
  prune(path, [0]);
  expect(textOf(path)).not.toContain("after:");
  expect(textOf(path)).toMatch(/name: cat.png.*bytes: 77/);
  expect(problems(path)).toEqual([]);
  const { answers } = await run({ path }, [[second]]);
  expect(answers).toEqual([saying("Done.")]);
});

test("further samples go with the last recording of their request", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const asked = question("One?");
  const live = new TestSession(
    { path, mode: "record", samples: 3 },
    saying("1"),
    saying("uno"),
    saying("eins"),
    saying("2"),
  );
  await live.ask(asked);
  live.close();
  await run({ path, mode: "auto" }, [[question("Two?"), saying("2")]]);
  const { removed, kept } = prune(path, [0]);
  expect([removed.length, kept]).toEqual([3, 1]);
  expect(problems(path)).toEqual([]);
});

describe("blobs", () => {
  const picture = (fill: string) => {
    const bytes = Buffer.concat([
      Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB", "base64"),
      Buffer.alloc(1200, fill),
    ]);
    const data = { image: bytes.toString("base64") };
    return saying("", { parts: [{ kind: "opaque", extra: { wire: "openai-chat", data } }] });
  };

  test("that nothing names any more go, others stay", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [question("One?"), picture("a")],
      [question("Two?"), picture("b")],
      [question("Three?"), picture("a")],
    ]);
    const blobs = join(folder.path, "a.yaml.blobs");
    expect(readdirSync(blobs)).toHaveLength(2);
    expect(prune(path, [0]).blobs).toEqual([]);
    const { blobs: gone } = prune(path, [0]);
    expect(gone).toHaveLength(1);
    expect(readdirSync(blobs)).toHaveLength(1);
    expect(problems(path)).toEqual([]);
  });

  test("that an unfinished recording names stay", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question("One?"), picture("a")]]);
    writeFileSync(`${path}.recording`, textOf(path));
    expect(prune(path, [0]).blobs).toEqual([]);
    expect(readdirSync(join(folder.path, "a.yaml.blobs"))).toHaveLength(1);
  });
});

describe("pruning", () => {
  test("is refused while another process writes, and when one has written since", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question("One?"), saying("1")]]);
    const file = openFile(path);
    const removing = () => pruneCassette(file, [0], { host: testHost(), rules: NO_RULES });
    writeFileSync(`${path}.lock`, "1\n");
    expect(await report(removing, folder.path)).toContain("process 1 is writing it");
    rmSync(`${path}.lock`);
    await run({ path, mode: "auto" }, [[question("Two?"), saying("2")]]);
    expect(await report(removing, folder.path)).toMatchInlineSnapshot(`
      "Failed to prune "a.yaml": another process recorded to it since it was read
      Try: run again: what it recorded is there then"
    `);
    expect(existsSync(`${path}.lock`)).toBe(false);
    expect(openFile(path).slices).toHaveLength(2);
  });

  test("touches nothing when nothing is to go, or only told of", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question("One?"), saying("1")]]);
    const before = textOf(path);
    expect(prune(path, []).removed).toEqual([]);
    const options = { host: testHost(), rules: NO_RULES, dryRun: true };
    expect(pruneCassette(openFile(path), [0], options).removed).toHaveLength(1);
    expect(textOf(path)).toBe(before);
    expect(readdirSync(folder.path)).toEqual(["a.yaml"]);
  });
});
