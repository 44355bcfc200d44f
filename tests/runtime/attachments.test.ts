import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { RequestKeyer } from "../../src/model/key.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder } from "../support/host.ts";
import { aTool, aWorker, runEntry, toldToModel, writeFiles } from "../support/project.ts";

const NO_TYPE = "its extension tells no media type; models take PDF, images and text files";
const NONE = { name: "none", mediaType: "none" };
const main = aWorker("main");
const attaching = (...attachments: string[]) => ({ input: "Read.", attachments });

describe("an attachment", () => {
  test.each([
    ["deck.pdf", "application/pdf", BYTES.pdf],
    ["a/Photo.JPG", "image/jpeg", BYTES.jpeg],
    ["a/photo.png", "image/jpeg", BYTES.jpeg],
    ["photo", "image/png", BYTES.png],
    ["notes.md", "text/markdown", Buffer.from("content")],
    ["table.csv", "text/csv", Buffer.from("content")],
  ])("%s is sent before the text, as %s", async (name, mediaType, bytes) => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { [name]: bytes });
    const { asked } = await runEntry(main, { input: attaching(name), cwd: folder.path });
    expect(asked[0]?.messages).toEqual([
      {
        kind: "user",
        content: [
          {
            kind: "attachment",
            name: name.replace("a/", ""),
            mediaType,
            sha256: createHash("sha256").update(bytes).digest("hex"),
            bytes,
          },
          { kind: "text", text: "Read." },
        ],
      },
    ]);
  });

  test.each([
    ["missing.pdf", "there is no such file"],
    ["folder", "it is a directory"],
    ["program.exe", NO_TYPE],
    ["README", NO_TYPE],
  ])("%s is refused: %s", async (name, reason) => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "folder/x.txt": "x", "program.exe": "MZ", README: "r" });
    const { error } = await runEntry(main, { input: attaching(name), cwd: folder.path });
    expect(error?.message).toBe(`Failed to call "main": cannot attach ${name}: ${reason}`);
    expect(error?.tries).toHaveLength(1);
  });

  test.each([
    ["", 'cannot attach "": the path is empty'],
    ["a\0b.txt", 'cannot attach "a\\u0000b.txt": no path holds the character NUL'],
  ])("%j is no path", async (path, says) => {
    const { error } = await runEntry(main, { input: attaching(path) });
    expect(error?.message).toBe(`Failed to call "main": ${says}`);
  });

  test("that is no file but a device is refused", async () => {
    const { error } = await runEntry(main, {
      input: attaching("/dev/null"),
      attachmentsFrom: ["/dev"],
    });
    expect(error?.reason).toBe("cannot attach /dev/null: it is a device, not a file");
  });

  test("that cannot be read is told to the model that asked for it", async () => {
    const entry = aWorker("main", { calls: [aWorker("reader")] });
    const ran = await runEntry(entry, {
      script: "- tool_call: { name: reader, input: { input: x, attachments: [no.pdf] } }\n- Ok.",
    });
    expect(toldToModel(ran)).toBe("reader! cannot attach no.pdf: there is no such file");
    expect(ran.result?.output).toBe("Ok.");
  });

  test("of a type that the model's provider does not take is told before anybody is asked", async () => {
    const reader = aWorker("reader", { model: "p:reader" });
    const questions: string[] = [];
    const ran = await runEntry(aWorker("main", { asks: [reader] }), {
      script: "- tool_call: { name: reader, input: { input: x, attachments: [a/b.json] } }\n- Ok.",
      refusalOf: async (model, [file = NONE]) => ({
        file,
        reason: `${model} refuses ${file.name}, ${file.mediaType}`,
        tries: [],
      }),
      approvals: async ({ tool }) => {
        questions.push(tool);
        return { kind: "allow", by: "person" };
      },
    });
    expect(toldToModel(ran)).toBe(
      "reader! cannot attach a/b.json: p:reader refuses b.json, application/json",
    );
    expect(ran.result?.output).toBe("Ok.");
    expect(ran.asked.map(({ caller }) => caller?.worker)).toEqual(["main", "main"]);
    expect(questions).toEqual([]);
  });

  test("of such a type ends a run that begins with it before a model is asked", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "a.pdf": BYTES.pdf, "b.json": "{}" });
    const { error, asked } = await runEntry(main, {
      input: attaching("a.pdf", "b.json"),
      cwd: folder.path,
      refusalOf: async (_model, files) => {
        const file = files.find(({ mediaType }) => mediaType.includes("json"));
        return file && { file, reason: "no", tries: ["convert it"] };
      },
    });
    expect(error?.report()).toBe(`Failed to call "main": cannot attach b.json: no
Try: convert it`);
    expect(asked).toEqual([]);
  });

  test("stands in the key by its content, not by its path", async () => {
    async function keyWith(content: string): Promise<string> {
      using folder = temporaryFolder();
      writeFiles(folder.path, { "a.txt": content });
      const { asked } = await runEntry(main, { input: attaching("a.txt"), cwd: folder.path });
      if (!asked[0]) throw new Error("nothing was asked");
      return new RequestKeyer().key(asked[0]);
    }
    expect(await keyWith("same")).toBe(await keyWith("same"));
    expect(await keyWith("same")).not.toBe(await keyWith("other"));
  });

  test("of a call from code is resolved against the project's folder", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "sub/a.txt": "x" });
    const entry = aTool("main", {
      run: (_input, ctx) => ctx.call("reader", { input: "x", attachments: ["sub/a.txt"] }),
    });
    const { asked } = await runEntry(entry, { space: [aWorker("reader")], cwd: folder.path });
    expect(asked[0]?.messages).toMatchObject([{ content: [{ name: "a.txt" }, { text: "x" }] }]);
  });
});

test.each([
  [{}, "input: expected string"],
  [{ input: "x", attachment: [] }, 'unknown key "attachment"'],
  [{ input: "x", attachments: [1] }, "attachments: expected a list of paths"],
  [[], "expected text or an object"],
])("a worker refuses the input %j", async (input, reason) => {
  const { error } = await runEntry(main, { input });
  expect(error?.reason).toBe(`its input does not fit: ${reason}`);
});
