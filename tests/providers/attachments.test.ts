import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";
import { wireServer } from "../support/wire-server.ts";

const MODELS = ["anthropic:m", "openai:m", "openai-chat:m"] as const;
const MIB = 1024 ** 2;

/** A file in whose place so many bytes are zero. */
interface LargeFile {
  readonly head: Uint8Array;
  readonly bytes: number;
}

interface Sent {
  /** Bodies that reached the server. */
  readonly bodies: readonly string[];
  /** What the run failed with, as a person reads it. */
  readonly report: string;
}

/** Runs a worker with files attached, against a server on this machine. */
async function sent(
  model: string,
  files: Readonly<Record<string, Uint8Array | LargeFile>>,
): Promise<Sent> {
  using folder = temporaryFolder();
  await using server = await wireServer();
  writeFiles(folder.path, { "main.worker": workerFile(`model: ${model}`) });
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder.path, name);
    writeFileSync(path, "head" in file ? file.head : file);
    if ("head" in file) truncateSync(path, file.bytes);
  }
  const host = testHost({ cwd: folder.path, env: server.env });
  const input = { input: "Read.", attachments: Object.keys(files) };
  try {
    await run({ files: ["main.worker"], input, host });
    return { bodies: server.bodies, report: "" };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { bodies: server.bodies, report: error.report() };
  }
}

describe.each(MODELS)("%s is sent", (model) => {
  const IMAGES = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" };

  test.each(Object.entries(IMAGES))(
    "a %s image as %s, whatever its name says",
    async (kind, type) => {
      const bytes = BYTES[kind as keyof typeof IMAGES];
      for (const name of ["a.png", "b.jpg", "c.pdf", "d.txt", "e"]) {
        const { bodies, report } = await sent(model, { [name]: bytes });
        expect(report).toBe("");
        expect(bodies).toHaveLength(1);
        expect(bodies[0]).toContain(type);
        expect(bodies[0]).toContain(bytes.toString("base64"));
        const others = Object.values(IMAGES).filter((other) => other !== type);
        for (const other of others) expect(bodies[0]).not.toContain(other);
      }
    },
  );

  test("a PDF with bytes before its header, under an image's name too", async () => {
    const pdf = Buffer.concat([Buffer.from("\r\n\r\n"), BYTES.pdf]);
    for (const name of ["deck.pdf", "deck.png"]) {
      const { bodies } = await sent(model, { [name]: pdf });
      expect(bodies[0]).toContain("application/pdf");
      expect(bodies[0]).toContain(pdf.toString("base64"));
    }
  });

  test("text as text", async () => {
    const { bodies } = await sent(model, {
      "a.md": Buffer.from("# Title"),
      "b.py": Buffer.from("x = 1"),
    });
    expect(bodies[0]).toContain("# Title");
    expect(bodies[0]).toContain("x = 1");
  });

  const REFUSED: Readonly<Record<string, readonly [string, Uint8Array, string]>> = {
    "an HTML page": ["deck.pdf", BYTES.html, "it is an HTML page, not the PDF that its name says"],
    "an empty file": ["deck.pdf", BYTES.empty, "it is empty"],
    "an empty text": ["notes.md", BYTES.empty, "it is empty"],
    "an archive": [
      "deck.pdf",
      BYTES.zip,
      "it is ZIP (application/zip), not the PDF that its name says",
    ],
    "binary data as text": ["a.csv", Buffer.from([0, 1, 2]), "it is binary data of no known type"],
  };

  test.each(Object.entries(REFUSED))("nothing where %s is attached", async (_what, refused) => {
    const [name, bytes, reason] = refused;
    const { bodies, report } = await sent(model, { [name]: bytes });
    expect(report).toMatch(`Failed to call "main": cannot attach ${name}: ${reason}\nTry: `);
    expect(bodies).toEqual([]);
  });
});

describe("what a provider documents as its limit", () => {
  /** Sizes of files that are refused, and what is said; one byte less is sent. */
  const TOO_LARGE: readonly (readonly [string, string, LargeFile, string])[] = [
    [
      "anthropic:m",
      "big.png",
      { head: BYTES.png, bytes: 7.5 * MIB + 1 },
      '"big.png" (image/png) has 10.01 MB in base64, and anthropic takes at most 10 MB of one image\nTry: scale the image down, or save it as JPEG',
    ],
    [
      "anthropic:m",
      "big.pdf",
      { head: BYTES.pdf, bytes: 24 * MIB + 1 },
      "it has 32.01 MB as sent, and anthropic takes at most 32 MB in one request\nTry: split the PDF, and attach its parts to calls of their own\nTry: attach fewer files to one call",
    ],
    [
      "openai:m",
      "big.pdf",
      { head: BYTES.pdf, bytes: 50 * MIB + 1 },
      '"big.pdf" (application/pdf) has 50.01 MB, and openai takes at most 50 MB of one PDF\nTry: split the PDF, and attach its parts to calls of their own',
    ],
  ];

  test.each(TOO_LARGE)("keeps %s from being sent %s", async (model, name, file, reason) => {
    const over = await sent(model, { [name]: file });
    expect(over.report).toContain(`cannot attach ${name}: ${reason}`);
    expect(over.bodies).toEqual([]);
  });

  test("lets a file through that has as much as it may", async () => {
    const { bodies, report } = await sent("anthropic:m", {
      "big.png": { head: BYTES.png, bytes: 7.5 * MIB },
    });
    expect(report).toBe("");
    expect(bodies[0]?.length).toBeGreaterThan(10 * MIB);
  });

  test("counts the files of a call together", async () => {
    const half = { head: BYTES.pdf, bytes: 13 * MIB };
    const { bodies, report } = await sent("anthropic:m", { "a.pdf": half, "b.pdf": half });
    expect(report).toContain("the attached files have 34.67 MB as sent");
    expect(bodies).toEqual([]);
  });

  test("is not guessed for a server of one's own, and no request is larger than a text can be", async () => {
    using folder = temporaryFolder();
    const name = join(folder.path, "huge.png");
    writeFileSync(name, BYTES.png);
    truncateSync(name, 600 * MIB);
    writeFiles(folder.path, { "main.worker": workerFile("model: mine:m") });
    const host = testHost({
      cwd: folder.path,
      env: { LLM_DO_PROVIDERS: "mine=http://127.0.0.1:9/v1" },
    });
    const input = { input: "Read.", attachments: ["huge.png"] };
    const error = await run({ files: ["main.worker"], input, host }).catch((thrown) => thrown);
    expect(error.reason).toBe(
      "cannot attach huge.png: with it the attached files are larger than one request can be (383 MB)",
    );
  });
});
