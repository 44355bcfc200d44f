import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isRecordedWithOtherEndings } from "../../src/cassette/miss/difference-lines.ts";
import { bytesAttachment, type Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { goingOn, question, record, report, saying, TestSession } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const CRLF = "a,b\r\n1,2\r\n";
const LF = "a,b\n1,2\n";
const MIXED = "a,b\r\n1,2\n";

const calling = saying("", {
  parts: [{ kind: "tool-call", id: "t1", name: "read", input: {} }],
  stop: "tool-calls",
});

function read(text: string): ModelRequest {
  const content = [{ kind: "text", text }] as const;
  const result: Message = { kind: "tool", id: "t1", name: "read", content, isError: false };
  return goingOn(question("Read."), calling, result);
}

function attached(text: string): ModelRequest {
  const file = bytesAttachment("orders.csv", "text/csv", Buffer.from(text));
  return { ...question(""), messages: [{ kind: "user", content: [file] }] };
}

const KEPT = "Try: keep the line endings of files: llm-do init adds them to .gitattributes";

test.each([
  ["its instructions", (text: string) => question("One?", { system: text })],
  ["its input", (text: string) => question(text)],
  ['the output of the tool "read"', (text: string) => read(text)],
  ['the output of the tool "read"', (text: string) => read(JSON.stringify({ text }))],
  ['the content of the attachment "orders.csv"', attached],
])("a miss says that only line endings changed: %s", async (name, request) => {
  for (const [recorded, asked] of [
    [CRLF, LF],
    [LF, CRLF],
    [MIXED, LF],
    [CRLF, MIXED],
  ] as const) {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[request(recorded), saying("ok")]]);
    const said = await report(() => new TestSession({ path }).ask(request(asked)), folder.path);
    expect(said).toContain(`no recording answers its request: ${name} changed (line endings)\n`);
    expect(said).toContain(KEPT);
    const other = await report(
      () => new TestSession({ path }).ask(request(`${asked}3`)),
      folder.path,
    );
    expect(other).not.toContain(KEPT);
  }
});

test("so does one of an effect", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const mail = (body: string) =>
    ({ tool: "mail", input: { body }, effect: "external", callId: "main" }) as const;
  const live = new TestSession({ path, mode: "record" });
  await live.session.effects.perform(mail(CRLF), async () => "sent");
  live.close();
  const never = async () => "never";
  const { effects } = new TestSession({ path }).session;
  const said = await report(() => effects.perform(mail(LF), never), folder.path);
  expect(said).toContain("its input changed (line endings)");
  expect(said).toContain(KEPT);
});

test("a file of any bytes is known by its hash with other line endings", () => {
  const pieces = fc.array(fc.oneof(fc.uint8Array({ max: 9 }), fc.constantFrom(10, 13, 200)));
  fc.assert(
    fc.property(pieces, (parts) => {
      const bytes = Buffer.from(
        parts.flatMap((part) => (typeof part === "number" ? [part] : [...part])),
      );
      const plain = Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
      const other = bytesAttachment("a", "text/plain", plain);
      const file = bytesAttachment("a", "text/plain", bytes);
      expect(isRecordedWithOtherEndings(file, other.sha256)).toBe(!plain.equals(bytes));
      expect(isRecordedWithOtherEndings(file, "0".repeat(64))).toBe(false);
    }),
  );
});

/** A text whose line ends are of both kinds. */
const mixedText = (lines: readonly string[], isCrlf: (index: number) => boolean) =>
  lines.map((line, index) => `${line}${isCrlf(index) ? "\r\n" : "\n"}`).join("");

test("a short file that mixed both kinds is known, whatever the mix", () => {
  const line = fc.tuple(fc.string({ maxLength: 5 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
      const texts = lines.map(([text]) => text.replaceAll(/[\r\n]/g, ""));
      const mixed = Buffer.from(mixedText(texts, (at) => lines[at]?.[1] === true));
      const plain = bytesAttachment("a", "text/plain", Buffer.from(mixedText(texts, () => false)));
      const recorded = bytesAttachment("a", "text/plain", mixed);
      expect(isRecordedWithOtherEndings(plain, recorded.sha256)).toBe(
        recorded.sha256 !== plain.sha256,
      );
    }),
  );
});

test.each<[string, (index: number) => boolean]>([
  ["whose first lines came from elsewhere", (at) => at < 30],
  ["whose last lines came from elsewhere", (at) => at >= 70],
  ["with a single line from elsewhere", (at) => at === 55],
  ["with a single line of its own left", (at) => at !== 8],
])("a longer file is known %s", (_which, isCrlf) => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
  const recorded = bytesAttachment("a", "text/plain", Buffer.from(mixedText(lines, isCrlf)));
  for (const kind of [false, true]) {
    const today = Buffer.from(mixedText(lines, () => kind));
    const file = bytesAttachment("a", "text/plain", today);
    expect(isRecordedWithOtherEndings(file, recorded.sha256)).toBe(true);
    const other = bytesAttachment("a", "text/plain", Buffer.from(`${today}more`));
    expect(isRecordedWithOtherEndings(other, recorded.sha256)).toBe(false);
  }
});
