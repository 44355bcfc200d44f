import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
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

const png = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  Buffer.from("pixels ".repeat(300)),
]);
const base64 = png.toString("base64");

const painted: Answer = saying("", {
  parts: [
    {
      kind: "opaque",
      extra: { wire: "openai-responses", data: { type: "image", result: base64 } },
    },
    { kind: "text", text: "A cat.", extra: { wire: "openai-responses", data: { $blob: "mine" } } },
  ],
});

const ask = question("Paint a cat.");
const more = goingOn(ask, painted, userText("And a dog."));

function blobsOf(path: string): string[] {
  return existsSync(`${path}.blobs`) ? readdirSync(`${path}.blobs`) : [];
}

describe("binary content of answers", () => {
  test("goes to a file named by its hash, and comes back as it was", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, painted]]);
    const [name = "", ...others] = blobsOf(path);
    expect(others).toEqual([]);
    expect(textOf(path)).not.toContain(base64.slice(0, 40));
    expect(textOf(path)).toContain(`$blob": ${name}`);
    const { answers } = await run({ path }, [[ask]]);
    expect(answers).toEqual([painted]);
    expect(problems(path)).toEqual([]);
  });

  test("is not stored again by the requests that go on from the answer", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [
      [ask, painted],
      [more, saying("Woof.")],
    ]);
    expect(blobsOf(path)).toHaveLength(1);
    expect(textOf(path).match(/\.png/g)).toHaveLength(1);
    expect(problems(path)).toEqual([]);
  });

  test("is a reference in a history that the cassette does not hold, too", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[more, saying("Woof.")]]);
    expect(blobsOf(path)).toHaveLength(1);
    expect(textOf(path)).not.toContain(base64.slice(0, 40));
    const { answers } = await run({ path }, [[structuredClone(more)]]);
    expect(answers).toEqual([saying("Woof.")]);
    expect(problems(path)).toEqual([]);
  });

  test("has the key of what was said, wherever it is kept", async () => {
    using folder = temporaryFolder();
    const [whole, parts] = [join(folder.path, "a.yaml"), join(folder.path, "b.yaml")];
    await record(whole, [[more, saying("Woof.")]]);
    await record(parts, [
      [ask, painted],
      [more, saying("Woof.")],
    ]);
    const keys = (path: string) => textOf(path).match(/^exchange: .*$/gm) ?? [];
    expect(keys(parts)).toContain(keys(whole)[0]);
  });

  test("that is missing damages the cassette, and the error names the file", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, painted]]);
    const [name = ""] = blobsOf(path);
    rmSync(join(`${path}.blobs`, name));
    const error = await failure(() => run({ path }, [[ask]]));
    expect(error).toMatchObject({ code: "cassette-damaged", exitCode: 3 });
    expect(await report(() => run({ path }, [[ask]]), folder.path)).toBe(
      [
        `Failed to read "a.yaml": its blob a.yaml.blobs/${name}: it is missing`,
        "  at a.yaml:3",
        "Try: restore it from version control, or record it anew with --mode record",
      ].join("\n"),
    );
    expect(problems(path)).toEqual([expect.stringMatching(/^3: its blob .*: it is missing$/)]);
  });

  test("that was altered damages the cassette", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, painted]]);
    const [name = ""] = blobsOf(path);
    writeFileSync(join(`${path}.blobs`, name), "something else");
    await expect(run({ path }, [[ask]])).rejects.toThrow(/its content was altered/);
    expect(problems(path)).toEqual([expect.stringContaining("its content was altered")]);
  });

  test("is never read from outside its folder", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, painted]]);
    const [name = ""] = blobsOf(path);
    writeFileSync(path, textOf(path).replace(name, `"../${name}"`));
    writeFileSync(join(folder.path, name), png);
    await expect(run({ path }, [[ask]])).rejects.toMatchObject({ code: "cassette-damaged" });
    expect(problems(path)).toEqual([expect.stringMatching(/^3: .* is malformed: "\$blob" names/)]);
  });

  test("does no harm when the run that recorded it failed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, saying("I cannot paint.")]]);
    const session = new TestSession({ path, mode: "record" }, painted);
    await session.ask(ask);
    session.close({ ok: false });
    expect(blobsOf(path)).toHaveLength(1);
    expect((await run({ path }, [[ask]])).answers).toEqual([saying("I cannot paint.")]);
    expect(problems(path)).toEqual([]);
    expect(problems(`${path}.recording`)).toEqual([]);
  });

  test("is written anew where a crash cut it short", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[ask, painted]]);
    const [name = ""] = blobsOf(path);
    writeFileSync(join(`${path}.blobs`, name), png.subarray(0, 100));
    await record(path, [[ask, painted]]);
    expect(problems(path)).toEqual([]);
  });

  test("is searched for secrets as all that is written", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const env = { DEPLOY_TOKEN: "correct-horse-battery" };
    const file = Buffer.concat([png, Buffer.from("comment: correct-horse-battery")]);
    const leaking = saying("", {
      parts: [{ kind: "opaque", extra: { wire: "anthropic", data: file.toString("base64") } }],
    });
    const host = testHost({ env });
    const error = await failure(() => record(path, [[ask, leaking]], { host }));
    expect(error.message).toMatch(/variable DEPLOY_TOKEN, at blob [0-9a-f]{64}\.png$/);
    expect(blobsOf(path)).toEqual([]);
  });
});
