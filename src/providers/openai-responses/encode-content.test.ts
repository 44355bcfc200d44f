import { expect, test } from "vitest";
import { type Attachment, bytesAttachment } from "../../model/message.ts";
import { encodeContent } from "./encode-content.ts";

function encode(attachment: Attachment) {
  const nothing = { system: "", messages: [], tools: [], serverTools: [], settings: {} };
  return encodeContent({ model: "openai:gpt-4.1", ...nothing }, [attachment])[0];
}

test("only the attachment's own part of a shared buffer is sent", () => {
  const bytes = new Uint8Array([9, 9, 1, 2, 3, 9]).subarray(2, 5);
  expect(encode(bytesAttachment("a.gif", "image/gif", bytes))).toMatchObject({
    image_url: "data:image/gif;base64,AQID",
  });
});

test("a text file goes as text under its name", () => {
  const bytes = new TextEncoder().encode("größer");
  expect(encode(bytesAttachment("notes.md", "text/markdown; charset=utf-8", bytes))).toEqual({
    type: "input_text",
    text: "notes.md:\n\ngrößer",
  });
});

test("images and PDF may stay where they are", () => {
  const url = "https://files.test/x";
  expect(encode({ kind: "attachment-url", mediaType: "image/webp", url })).toEqual({
    type: "input_image",
    detail: "auto",
    image_url: url,
  });
  expect(encode({ kind: "attachment-url", mediaType: "application/pdf", url })).toEqual({
    type: "input_file",
    file_url: url,
  });
});

test.each<[string, Attachment]>([
  ["audio/mpeg", bytesAttachment("a.mp3", "audio/mpeg", new Uint8Array())],
  ["image/svg+xml", bytesAttachment("a.svg", "image/svg+xml", new Uint8Array())],
  ["text/plain", { kind: "attachment-url", mediaType: "text/plain", url: "https://files.test/x" }],
])("an attachment of type %s that cannot be sent is refused by its type", (type, attachment) => {
  expect(() => encode(attachment)).toThrow(
    expect.objectContaining({ code: "configuration", reason: expect.stringContaining(type) }),
  );
});

test("a text file that is not UTF-8 is refused by its name", () => {
  const attachment = bytesAttachment("old.txt", "text/plain", new Uint8Array([0xe4]));
  expect(() => encode(attachment)).toThrow(/UTF-8 \("old\.txt"\)/);
});
