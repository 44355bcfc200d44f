import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "../table/provider-table.ts";
import {
  ATTACHMENT_LIMITS,
  type AttachmentLimits,
  limitBreach,
  type SizedFile,
} from "./attachment-limits.ts";

const MIB = 1024 ** 2;
const page = readFileSync(new URL("../../../docs/wire/attachments.md", import.meta.url), "utf8");

/** The rows of the page's first table, as cells. */
const ROWS = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, provider = ""]) => provider.startsWith("`"));

function shown(limits: AttachmentLimits): readonly string[] {
  const inMb = (bytes: number | undefined) => (bytes === undefined ? "" : `${bytes / MIB} MB`);
  const { image, pdf, allPdfsBytes, requestBytes, imageRequestBytes } = limits;
  return [
    `${inMb(image?.bytes)}${image?.of === "base64" ? " in base64" : ""}`,
    inMb(pdf?.bytes),
    inMb(allPdfsBytes),
    inMb(requestBytes),
    inMb(imageRequestBytes),
    limits.imageCount === undefined ? "" : String(limits.imageCount),
    (limits.imageTypes ?? []).map((type) => type.replace("image/", "").toUpperCase()).join(", "),
  ];
}

describe("docs/wire/attachments.md", () => {
  test.each(Object.entries(ATTACHMENT_LIMITS))("says the limits of %s", (provider, limits) => {
    const row = ROWS.find((cells) => cells[1]?.includes(`\`${provider}\``));
    expect(row?.slice(2, -1)).toEqual(shown(limits));
  });

  test("has a source for each of them, and for no other", () => {
    const providers = new Set(Object.keys(ATTACHMENT_LIMITS));
    const named = ROWS.flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "));
    expect(new Set(named)).toEqual(providers);
    for (const name of providers) expect(Object.keys(PROVIDERS)).toContain(name);
  });
});

const aFile = fc.record({
  name: fc.constant("a"),
  mediaType: fc.constantFrom("image/png", "image/jpeg", "application/pdf", "text/plain"),
  bytes: fc.nat(60 * MIB),
});

describe("the files of a request", () => {
  test("are never refused by a provider that documents no limit", () => {
    const providers = fc.constantFrom("mistral", "ollama", "mine", "__proto__", "constructor");
    fc.assert(
      fc.property(providers, fc.array(aFile), (provider, files) => {
        expect(limitBreach(provider, files)).toBeUndefined();
      }),
    );
  });

  test("are refused with more files or larger ones where they are refused already", () => {
    const providers = fc.constantFrom(...Object.keys(ATTACHMENT_LIMITS));
    fc.assert(
      fc.property(providers, fc.array(aFile), aFile, (provider, files, more) => {
        if (!limitBreach(provider, files)) return;
        expect(limitBreach(provider, [...files, more])).toBeDefined();
        const larger = files.map((file) => ({ ...file, bytes: file.bytes + 1 }));
        expect(limitBreach(provider, larger)).toBeDefined();
      }),
    );
  });

  test("may be many, up to what is documented", () => {
    const images = Array.from({ length: 601 }, (_, index) => ({
      name: `${index}.png`,
      mediaType: "image/png",
      bytes: 10,
    }));
    expect(limitBreach("anthropic", images.slice(1))).toBeUndefined();
    expect(limitBreach("anthropic", images)).toMatchObject({
      file: { name: "600.png" },
      reason: "601 images are attached, and anthropic takes at most 600 in one request",
    });
  });

  const png = (bytes: number) => ({ name: "a.png", mediaType: "image/png", bytes });
  const text = (bytes: number) => ({ name: "a.txt", mediaType: "text/plain", bytes });

  test("too large together names what makes the largest smaller", () => {
    const pdf = (bytes: number) => ({ name: "a.pdf", mediaType: "application/pdf", bytes });
    const tryFor = (file: SizedFile) => limitBreach("anthropic", [file])?.tries[0];
    expect(tryFor(text(33 * MIB))).toContain("split the text");
    expect(tryFor(pdf(33 * MIB))).toContain("split the PDF");
    expect(tryFor(png(33 * MIB))).toContain("scale the image down");
  });

  test.each([
    ["openai", [png(100 * MIB)], undefined],
    ["groq", [text(5 * MIB)], undefined],
    ["groq", [png(3 * MIB)], undefined],
    [
      "groq",
      [png(3 * MIB + 3)],
      "it has 4.01 MB as sent, and groq takes at most 4 MB in one request",
    ],
    [
      "groq",
      [png(1), text(4 * MIB)],
      "the attached files have 4.01 MB as sent, and groq takes at most 4 MB in one request",
    ],
    [
      "xai",
      [{ name: "a.gif", mediaType: "image/gif", bytes: 1 }],
      'xai does not take "a.gif" (image/gif); of images it takes JPEG and PNG',
    ],
  ])("of %s: %j", (provider, files, reason) => {
    expect(limitBreach(provider, files)?.reason).toBe(reason);
  });
});
