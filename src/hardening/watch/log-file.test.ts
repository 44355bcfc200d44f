import { appendFileSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem as files } from "../../host/files/node-file-system.ts";
import { formatEntry, type LogEntry, parseEntry } from "./log-entry.ts";
import { appendEntry, findLogs, logPath, oldRecords, readLog } from "./log-file.ts";

const at = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const mode = fc.constantFrom("shadow", "canary", "code");
const count = fc.nat();
const anyEntry: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.record(
    {
      ...{ kind: fc.constant("began"), at, mode, certificate: fc.string() },
      ...{ tolerated: fc.double({ min: 0, max: 1, noNaN: true }), falseAlarmEvery: count },
    },
    { requiredKeys: ["kind", "at", "mode", "tolerated", "falseAlarmEvery"] },
  ),
  fc.record(
    {
      kind: fc.constant("call"),
      at,
      mode,
      by: fc.constantFrom("code", "prompt"),
      reason: fc.string(),
    },
    { requiredKeys: ["kind", "at", "mode", "by"] },
  ),
  fc.record(
    {
      ...{ kind: fc.constant("compared"), at, mode, key: fc.string(), agreed: fc.boolean() },
      ...{ source: fc.constantFrom("live", "script"), ms: count },
    },
    { requiredKeys: ["kind", "at", "mode", "key", "agreed", "source"] },
  ),
  fc.record({
    kind: fc.constant("alarm"),
    at,
    reason: fc.string(),
    compared: count,
    disagreed: count,
  }),
  fc.record({ kind: fc.constant("reset"), at }),
) as fc.Arbitrary<LogEntry>;

function entriesOf(path: string): readonly LogEntry[] {
  return [...readLog({ path, files })].flatMap((line) =>
    line.kind === "entry" ? [line.entry] : [],
  );
}

const reset = (number: number): LogEntry => ({ kind: "reset", at: `reset ${number}` });

test("an entry is read as it was written", () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(parseEntry(formatEntry(entry))).toEqual(entry);
      expect(formatEntry(entry)).not.toContain("\n");
    }),
  );
});

test.each([
  "",
  "no JSON",
  "[]",
  '{"at":"now"}',
  '{"at":"now","kind":"later"}',
  '{"at":"now","kind":"call","mode":"code"}',
  '{"at":"now","kind":"call","mode":"prompt","by":"code"}',
  '{"at":"now","kind":"compared","mode":"code","key":"a","agreed":"yes","source":"live"}',
  '{"at":"now","kind":"began","mode":"code"}',
])("%j is damaged", (line) => {
  expect(parseEntry(line)).toBeUndefined();
});

describe("a log", () => {
  test("is made when it is needed first, for its owner alone", () => {
    using folder = temporaryFolder();
    const path = logPath(folder.path, "mail/from_name.worker");
    expect(path).toBe(join(folder.path, ".llm-do/hardening/mail/from_name.log.jsonl"));
    expect(entriesOf(path)).toEqual([]);
    appendEntry({ path, top: folder.path }, reset(1), files);
    appendEntry({ path, top: folder.path }, reset(2), files);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(entriesOf(path)).toEqual([reset(1), reset(2)]);
    expect(findLogs(folder.path, files)).toEqual([{ path, worker: "mail/from_name.worker" }]);
  });

  test("of a worker outside of the lock file's folder is found under its name", () => {
    using folder = temporaryFolder();
    const path = logPath(folder.path, "../other/a.worker");
    appendEntry({ path, top: folder.path }, reset(1), files);
    expect(findLogs(folder.path, files)).toEqual([{ path, worker: "../other/a.worker" }]);
  });

  test.each([".llm-do", ".llm-do/hardening", ".llm-do/hardening/mail", "the file itself"])(
    "is not written through a link in the place of %s",
    (link) => {
      using folder = temporaryFolder();
      using elsewhere = temporaryFolder();
      const path = logPath(folder.path, "mail/a.worker");
      const place = link === "the file itself" ? path : join(folder.path, link);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(link === "the file itself" ? join(elsewhere.path, "a") : elsewhere.path, place);
      expect(() => appendEntry({ path, top: folder.path }, reset(1), files)).toThrow(
        /symbolic link/,
      );
      expect(files.list(elsewhere.path)).toEqual([]);
    },
  );

  test("that cannot be written says so", () => {
    using folder = temporaryFolder();
    const path = logPath(folder.path, "a.worker");
    mkdirSync(path, { recursive: true });
    try {
      appendEntry({ path, top: folder.path }, reset(1), files);
      expect.unreachable();
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect([error.code, error.reason]).toEqual(["file", "a folder stands there"]);
    }
  });

  test("whose last line was cut short keeps the others, and the line after it", () => {
    using folder = temporaryFolder();
    const path = logPath(folder.path, "a.worker");
    appendEntry({ path, top: folder.path }, reset(1), files);
    appendFileSync(path, '{"at":"cut sh');
    expect([...readLog({ path, files })]).toMatchObject([
      { kind: "entry" },
      { kind: "damaged", isLast: true, line: 2 },
    ]);
    appendEntry({ path, top: folder.path }, reset(3), files);
    expect([...readLog({ path, files })]).toMatchObject([
      { kind: "entry", entry: reset(1) },
      { kind: "damaged", isLast: false, line: 2 },
      { kind: "entry", entry: reset(3) },
    ]);
  });

  test("is read on from where it was read to, whatever is appended in between", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "log");
    fc.assert(
      fc.property(fc.array(fc.array(anyEntry)), (parts) => {
        writeFileSync(path, "");
        let from = 0;
        const read: LogEntry[] = [];
        for (const part of parts) {
          for (const entry of part) appendFileSync(path, `${formatEntry(entry)}\n`);
          for (const line of readLog({ path, files, from })) {
            if (line.kind === "entry") read.push(line.entry);
            from = line.end;
          }
        }
        expect(read).toEqual(parts.flat());
        expect(from).toBe(statSync(path).size);
      }),
    );
  });

  test("longer than what is read at once is read whole", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "log");
    const key = "é".repeat(1000);
    const entries = Array.from({ length: 6000 }, (_each, number) => reset(number));
    const text = entries
      .map((one) => `${formatEntry({ ...one, at: `${one.at} ${key}` })}\n`)
      .join("");
    writeFileSync(path, text);
    const lines = [...readLog({ path, files })];
    expect(lines.map(({ kind }) => kind)).toEqual(entries.map(() => "entry"));
    expect(lines.at(-1)?.end).toBe(Buffer.byteLength(text));
    writeFileSync(path, text.replace("reset 5990", 'reset" 5990'));
    const [damaged] = [...readLog({ path, files })].filter(({ kind }) => kind === "damaged");
    expect(damaged).toMatchObject({ line: 5991, isLast: false });
  });
});

test("records of the version before are found, and no log is taken for one", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, ".llm-do/hardening/mail/a.json");
  files.write(path, "{}");
  appendEntry({ path: logPath(folder.path, "b.worker"), top: folder.path }, reset(1), files);
  expect(oldRecords(folder.path, files)).toEqual([path]);
});
