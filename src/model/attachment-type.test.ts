import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BYTES } from "../../tests/support/file-bytes.ts";
import { attachmentType } from "./attachment-type.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** The media type, or why the file is refused. */
async function typeOf(name: string, bytes: Uint8Array): Promise<string> {
  const type = await attachmentType(name, bytes);
  return type.kind === "known" ? type.mediaType : type.reason;
}

const TYPES = {
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
} as const;

describe("a PDF or an image", () => {
  const kinds = fc.constantFrom(...(Object.keys(TYPES) as (keyof typeof TYPES)[]));
  const names = fc.constantFrom("a.png", "b.JPG", "c.pdf", "d.txt", "e.json", "f.exe", "g");

  test("is known by its content under any name", async () => {
    await fc.assert(
      fc.asyncProperty(kinds, names, async (kind, name) => {
        expect(await typeOf(name, BYTES[kind])).toBe(TYPES[kind]);
      }),
    );
  });

  test("with bytes after its end is still known", async () => {
    const tails = fc.uint8Array({ maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(kinds, names, tails, async (kind, name, tail) => {
        expect(await typeOf(name, Buffer.concat([BYTES[kind], tail]))).toBe(TYPES[kind]);
      }),
    );
  });

  test("of frames is a PNG to a model", async () => {
    const animation = Buffer.from("000000086163544c0000000100000000b92d8fc3", "hex");
    const png = Buffer.concat([BYTES.png.subarray(0, 33), animation, BYTES.png.subarray(33)]);
    expect(await typeOf("a.png", png)).toBe("image/png");
  });
});

describe("a PDF", () => {
  test("may begin within its first 1024 bytes", async () => {
    const junk = fc
      .uint8Array({ maxLength: 1024 })
      .filter((bytes) => !/^\s*<|\x89PNG|GIF8|\xff\xd8\xff|RIFF/.test(latin1Text(bytes)));
    await fc.assert(
      fc.asyncProperty(junk, async (bytes) => {
        expect(await typeOf("a.pdf", Buffer.concat([bytes, BYTES.pdf]))).toBe("application/pdf");
      }),
    );
  });

  test("may not begin later", async () => {
    const late = Buffer.concat([Buffer.alloc(1100, 32), BYTES.pdf]);
    expect(await typeOf("a.pdf", late)).toBe("it is text, not the PDF that its name says");
  });

  test("that begins late has no extension and is known all the same", async () => {
    const bytes = Buffer.concat([Buffer.from([0, 1, 2]), BYTES.pdf]);
    expect(await typeOf("scan", bytes)).toBe("application/pdf");
  });
});

describe("text", () => {
  const extensions = {
    txt: "text/plain",
    md: "text/markdown",
    csv: "text/csv",
    html: "text/html",
    json: "application/json",
    yaml: "application/yaml",
    xml: "application/xml",
    ts: "text/plain",
    py: "text/plain",
  } as const;
  const names = fc.constantFrom(...Object.keys(extensions));

  test("is what its extension says, whatever it begins with", async () => {
    const texts = fc
      .tuple(
        fc.constantFrom("", "BMW ", "solid ", "MZ", "GIF89a ", "{\\rtf1", "%!PS", "<html>", "II*"),
        fc.string({ unit: "binary" }),
      )
      .map((parts) => parts.join(""))
      .filter((text) => text.trim() !== "" && !text.includes("\0") && !text.includes("%PDF-"));
    await fc.assert(
      fc.asyncProperty(names, texts, async (extension, text) => {
        const mediaType = extensions[extension as keyof typeof extensions];
        expect(await typeOf(`a.${extension}`, Buffer.from(text))).toBe(mediaType);
      }),
    );
  });

  test.each([
    ["in another encoding", latin1("caf\xe9"), "it is text in another encoding than UTF-8"],
    ["in UTF-16", Buffer.from("\ufeffhello", "utf16le"), "it is text in UTF-16"],
    ["that is a ZIP archive", BYTES.zip, "it is ZIP (application/zip)"],
    ["with bytes of no meaning", Buffer.from([1, 0, 200]), "it is binary data of no known type"],
    ["of white space", Buffer.from(" \n\t"), "it holds nothing but white space"],
    ["of a byte order mark", Buffer.from("\ufeff"), "it holds nothing but white space"],
  ])("%s is refused", async (_what, bytes, reason) => {
    expect(await typeOf("notes.txt", bytes)).toBe(reason);
  });

  test("without an extension that is known is refused: it may hold anything", async () => {
    expect(await typeOf(".env", Buffer.from("KEY=value"))).toMatch(/^its extension tells no media/);
  });
});

describe("a file that is not what its name says", () => {
  const not = (kind: string) => `, not the ${kind} that its name says`;

  test.each([
    ["deck.pdf", BYTES.html, `it is an HTML page${not("PDF")}`],
    ["deck.pdf", latin1("\n<!-- caf\xe9 --><HTML lang=de>\xe4"), `it is an HTML page${not("PDF")}`],
    ["photo.png", Buffer.from("\ufeff<html>"), `it is an HTML page${not("PNG image")}`],
    ["photo.jpg", Buffer.from('{"error": 404}'), `it is JSON or other text${not("JPEG image")}`],
    ["photo.webp", Buffer.from("Not found"), `it is text${not("WebP image")}`],
    [
      "logo.png",
      Buffer.from(`<?xml version="1.0"?><svg/>`),
      `it is an SVG image${not("PNG image")}`,
    ],
    ["logo.png", Buffer.from("<svg >"), `it is an SVG image${not("PNG image")}`],
    ["deck.pdf", BYTES.zip, `it is ZIP (application/zip)${not("PDF")}`],
    [
      "photo.jpg",
      Buffer.concat([Buffer.from([0, 0, 0, 24]), latin1("ftypheic\0\0\0\0mif1heic")]),
      `it is HEIC (image/heic)${not("JPEG image")}`,
    ],
    [
      "photo.png",
      BYTES.png.subarray(0, 4),
      `it is binary data of no known type${not("PNG image")}`,
    ],
    ["photo.png", BYTES.empty, "it is empty"],
    ["program", latin1("MZ\x90\0\x03"), "it is EXE (application/x-msdownload)"],
  ])("%s is refused with what it is", async (name, bytes, reason) => {
    expect(await typeOf(name, bytes)).toBe(reason);
  });

  test("is told what to do", async () => {
    const refused = await attachmentType("a.pdf", BYTES.html);
    expect(refused).toMatchObject({
      tries: [expect.stringContaining("browser"), expect.stringContaining(".html")],
    });
  });

  test("is told apart in no time, however many comments it begins with", async () => {
    const page = Buffer.from("<!---->".repeat(200));
    expect(await typeOf("a.pdf", page)).toBe(`it is text${not("PDF")}`);
  });
});

function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
