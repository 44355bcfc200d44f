import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttachmentInput, RunRequest } from "../../src/index.ts";
import type { Attachment } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { type WireServer, wireServer } from "../support/answering-server.ts";
import { type ProjectFiles, type RequestIn, runOf, runsOf } from "../support/failing-run.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const worker = (model = "mine:m", more = "") => `---\nmodel: ${model}\n${more}---\nRead.\n`;
const FILES = { "main.worker": worker(), "inside.txt": "inside" };

const attaching = (...attachments: readonly unknown[]) => ({ input: "Read it.", attachments });

/** A transport that keeps what it was asked. */
function listening() {
  const asked: ModelRequest[] = [];
  const transport: ModelTransport = {
    async *stream(request) {
      asked.push(request);
      yield { kind: "part", part: { kind: "text", text: "Read." } };
      const usage = { inputTokens: 1, outputTokens: 1 };
      yield { kind: "end", stop: "end", usage, source: "script" };
    },
  };
  const attached = () =>
    (asked[0]?.messages[0]?.kind === "user" ? asked[0].messages[0].content : []).filter(
      (part): part is Attachment => part.kind !== "text",
    );
  return { transport, asked, attached };
}

/** Runs the project with these attachments, against a model that answers. */
async function attach(files: ProjectFiles, attachments: readonly unknown[], more?: RequestIn) {
  const { transport, asked, attached } = listening();
  const ended = await runOf(files, (folder) => ({
    input: attaching(...attachments),
    transport,
    ...more?.(folder),
  }));
  return { ...ended, asked, attached: attached() };
}

describe("a path in the input of a run from code", () => {
  /** Makes a project beside a folder with a secret, with links to it. */
  async function tried(path: (place: { secret: string; folder: string }) => unknown) {
    using beside = temporaryFolder();
    const secret = join(beside.path, "secret.txt");
    writeFileSync(secret, "hunter2");
    await using server: WireServer = await wireServer(["Read."]);
    const { error } = await runOf({ ...FILES, "main.worker": worker("anthropic:m") }, (folder) => {
      symlinkSync(secret, join(folder, "link.txt"));
      symlinkSync(beside.path, join(folder, "linked"));
      mkdirSync(join(folder, "sub"));
      return {
        host: testHost({ cwd: folder, env: server.env }),
        // As the body of a web request gives it.
        input: JSON.parse(JSON.stringify(attaching(path({ secret, folder })))),
        approvals: "approve-all",
      };
    });
    return { error, bodies: server.bodies };
  }

  test.each<[string, Parameters<typeof tried>[0]]>([
    ["an absolute one", ({ secret }) => secret],
    ["of the system", () => "/etc/passwd"],
    ["one that goes up", () => "../secret.txt"],
    ["one that goes down and up", () => "sub/../../secret.txt"],
    ["a link", () => "link.txt"],
    ["below a linked folder", () => "linked/secret.txt"],
    ["a file URL", ({ secret }) => pathToFileURL(secret).href],
    ["a data URL", () => "data:text/plain;base64,aHVudGVyMg=="],
    ["an https URL", () => "https://example.com/x.png"],
    ["of Windows", () => "C:\\Windows\\win.ini"],
    ["of Windows that goes up", () => "..\\..\\secret.txt"],
    ["a UNC path", () => "\\\\server\\share\\x.txt"],
    ["with NUL", ({ secret }) => `inside.txt\0${secret}`],
    ["empty", () => ""],
    ["the process's own files", () => "/proc/self/environ"],
    ["a file URL as a value", ({ secret }) => ({ url: pathToFileURL(secret).href })],
    ["a path as a value", ({ secret }) => ({ path: secret })],
    ["a name as a value", ({ secret }) => ({ name: secret })],
    ["bytes that JSON held", () => ({ name: "x.txt", data: Buffer.from("x") })],
    ["numbers for bytes", () => ({ name: "x.txt", data: { 0: 104, 1: 105 } })],
    ["base64 for bytes", () => ({ name: "x.txt", data: "aGk=" })],
    ["a list", () => ["inside.txt"]],
    ["null", () => null],
  ])("is an error before any request: %s", async (_what, path) => {
    const { error, bodies } = await tried(path);
    expect(error?.code).toBe("call");
    expect(bodies).toEqual([]);
    expect(error?.report()).not.toContain("hunter2");
  });

  test("is sent where it lies in the project", async () => {
    const { error, bodies } = await tried(() => "./sub/../inside.txt");
    expect(error).toBeUndefined();
    expect(JSON.stringify(bodies)).toContain("inside");
  });
});

describe("content as a value", () => {
  const name = fc
    .tuple(
      fc.constantFrom("bill", "a b", "ünï", ".hidden", "x.y"),
      fc.constantFrom("txt", "md", "csv", "json", "png", "jpg", "pdf", "ts", "PDF"),
    )
    .map(([stem, extension]) => `${stem}.${extension}`);
  const bytes = fc.oneof(
    fc.constantFrom(BYTES.png, BYTES.jpeg, BYTES.gif, BYTES.webp, BYTES.pdf, BYTES.html, BYTES.zip),
    fc.string().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 40 }).map((list) => Buffer.from(list)),
  );

  test("has the key of a file of the same name and bytes, and is refused where that is", async () => {
    await fc.assert(
      fc.asyncProperty(name, bytes, async (file, content) => {
        const asFile = listening();
        const asValue = listening();
        const [before, after] = await runsOf(
          FILES,
          (folder) => {
            writeFileSync(join(folder, file), content);
            return { input: attaching(file), transport: asFile.transport };
          },
          () => ({
            input: attaching({ name: file, data: new Uint8Array(content) }),
            transport: asValue.transport,
          }),
        );
        expect(after?.error?.reason).toBe(before?.error?.reason);
        expect(JSON.stringify(asValue.asked)).toBe(JSON.stringify(asFile.asked));
      }),
      { numRuns: 60 },
    );
  });

  test("is recorded as a file is, and its cassette answers the file", async () => {
    const { transport } = listening();
    const cassette = (folder: string, mode: "record" | "replay") => ({
      cassette: { path: join(folder, "c.yaml"), mode },
    });
    const value = attaching({ name: "inside.txt", data: Buffer.from("inside") });
    const [recorded, replayed, ofFile] = await runsOf(
      FILES,
      (folder) => ({ input: value, transport, ...cassette(folder, "record") }),
      (folder) => ({ input: value, ...cassette(folder, "replay") }),
      (folder) => ({ input: attaching("inside.txt"), ...cassette(folder, "replay") }),
    );
    expect(recorded?.error).toBeUndefined();
    expect(replayed?.output).toBe("Read.");
    expect(ofFile?.output).toBe("Read.");
    const started = recorded?.events.find((event) => event.kind === "call-start");
    expect(started).toMatchObject({ input: { attachments: ["inside.txt"] } });
  });

  test("is what it was when the run began", async () => {
    const data = new Uint8Array(Buffer.from("before"));
    const { attached } = await attach(FILES, [{ name: "a.txt", data }], () => ({
      onEvent: ({ kind }) => {
        if (kind === "call-start") data.fill(0);
      },
    }));
    const [part] = attached;
    expect(part && "bytes" in part && Buffer.from(part.bytes).toString()).toBe("before");
  });

  test("is told apart by its place, also from a file of the same name", async () => {
    const { attached } = await attach(FILES, [
      { name: "inside.txt", data: Buffer.from("one") },
      "inside.txt",
      { name: "inside.txt", data: Buffer.from("two") },
    ]);
    const texts = attached.map((part) => "bytes" in part && Buffer.from(part.bytes).toString());
    expect(texts).toEqual(["one", "inside", "two"]);
  });

  test.each<[string, AttachmentInput, string]>([
    [
      "a text without an extension",
      { name: "note", mediaType: "text/markdown; charset=utf-8", data: Buffer.from("# Hi") },
      "text/markdown",
    ],
    [
      "an image under another name",
      { name: "photo.jpg", mediaType: "image/jpeg", data: BYTES.png },
      "image/png",
    ],
  ])("is what its content is: %s", async (_what, value, mediaType) => {
    expect((await attach(FILES, [value])).attached).toMatchObject([{ mediaType }]);
  });

  test.each<[string, object, string]>([
    ["a path for a name", { name: "../a.txt", data: BYTES.png }, "without folders"],
    ["a path of Windows for a name", { name: "a\\b.txt", data: BYTES.png }, "without folders"],
    ["lines for a name", { name: "a\nb.txt", data: BYTES.png }, "without folders"],
    ["no name", { data: BYTES.png }, "without folders"],
    ["nothing in it", { name: "a.txt", data: new Uint8Array() }, "it is empty"],
    ["an ArrayBuffer", { name: "a.txt", data: new ArrayBuffer(3) }, "must be a Uint8Array"],
    ["a misspelt key", { name: "a.txt", mediatype: "text/plain", data: BYTES.png }, '"mediatype"'],
    ["no media type", { name: "a.txt", mediaType: "text", data: BYTES.png }, "mediaType"],
    ["both", { name: "a.png", data: BYTES.png, url: "https://example.com/a.png" }, "unknown key"],
  ])("is refused with %s", async (_what, value, reason) => {
    const { error, asked } = await attach(FILES, [value]);
    expect(error?.code).toBe("call");
    expect(error?.reason).toContain(reason);
    expect(asked).toEqual([]);
  });

  test("is refused where the worker's schema drops it", async () => {
    const schema = "input_schema:\n  type: object\n  properties:\n    input: { type: string }\n";
    const files = { "main.worker": worker("mine:m", `${schema}  additionalProperties: false\n`) };
    const { error, asked } = await attach(files, [{ name: "a.png", data: BYTES.png }]);
    expect(error?.code).toBe("call");
    expect(asked).toEqual([]);
  });

  test("stays data where the worker's schema describes it", async () => {
    const schema =
      "input_schema:\n  type: object\n  properties:\n    attachments: { type: array, items: { type: object } }\n";
    const files = { "main.worker": worker("mine:m", schema) };
    const { error, asked, attached } = await attach(files, [{ url: "see below" }]);
    expect(error).toBeUndefined();
    expect(attached).toEqual([]);
    expect(JSON.stringify(asked)).toContain("see below");
  });
});

describe("an address as a value", () => {
  const image = "https://example.com/a.png?size=2";

  test.each([
    ["anthropic:m", "main"],
    ["openai:m", "main"],
    ["openai-chat:m", "main"],
  ])("goes to the provider, which fetches it: %s", async (model) => {
    await using server = await wireServer(["Read."]);
    const { error, output } = await runOf({ "main.worker": worker(model) }, (folder) => ({
      host: testHost({ cwd: folder, env: server.env }),
      input: attaching({ url: image }),
    }));
    expect(error).toBeUndefined();
    expect(output).toBe("Read.");
    expect(JSON.stringify(server.bodies)).toContain(image);
  });

  test("is refused where the wire does not carry it, before any request", async () => {
    await using server = await wireServer(["Read."]);
    const { error } = await runOf({ "main.worker": worker("openai-chat:m") }, (folder) => ({
      host: testHost({ cwd: folder, env: server.env }),
      input: attaching({ url: "https://example.com/a.txt" }),
    }));
    expect(error?.code).toBe("call");
    expect(error?.tries.join()).toContain("{ name, data }");
    expect(server.bodies).toEqual([]);
  });

  test.each<[string, AttachmentInput, object]>([
    ["a text", { url: image }, { url: image, mediaType: "image/png" }],
    ["a URL", { url: new URL(image) }, { url: image, mediaType: "image/png" }],
    [
      "a URL to a host of one's own",
      { url: new URL("http://files.internal/a.pdf") },
      { url: "http://files.internal/a.pdf", mediaType: "application/pdf" },
    ],
    [
      "one that says what it is",
      { url: "https://example.com/a", mediaType: "image/webp" },
      { mediaType: "image/webp" },
    ],
  ])("is attached: %s", async (_what, value, part) => {
    const { attached, error } = await attach(FILES, [value]);
    expect(error).toBeUndefined();
    expect(attached).toMatchObject([{ kind: "attachment-url", ...part }]);
  });

  test.each([
    "http://169.254.169.254/latest/a.png",
    "http://127.0.0.1/a.png",
    "http://2130706433/a.png",
    "http://0x7f.1/a.png",
    "http://[::1]/a.png",
    "http://[::ffff:10.0.0.1]/a.png",
    "http://[fd00::1]/a.png",
    "http://localhost:8080/a.png",
    "http://LOCALHOST./a.png",
    "http://intranet/a.png",
    "http://files.internal/a.png",
    "http://10.1.2.3/a.png",
    "https://user:hunter2@example.com/a.png",
    "file:///etc/passwd",
    "data:image/png;base64,iVBORw0KGgo=",
    "ftp://example.com/a.png",
    "javascript:alert(1)",
    "a.png",
    "",
    "https://example.com/a",
  ])("is refused as a text: %s", async (url) => {
    const { error, asked } = await attach(FILES, [{ url }]);
    expect(error?.code).toBe("call");
    expect(error?.report()).not.toContain("hunter2");
    expect(asked).toEqual([]);
  });
});

test("values are in the types of what is exported", () => {
  const request: Pick<RunRequest, "input"> = {
    input: attaching("a.txt" satisfies AttachmentInput),
  };
  expect(request.input).toBeDefined();
});
