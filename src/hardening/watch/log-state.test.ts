import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { seededRandom } from "../../../tests/support/seeded-random.ts";
import { nodeFileSystem as files } from "../../host/files/node-file-system.ts";
import { formatEntry, type LogEntry } from "./log-entry.ts";
import { LogState, LogTail } from "./log-state.ts";

const SETTINGS = { tolerated: 0.05, falseAlarmEvery: 10_000 };

const at = "2026-01-01T00:00:00.000Z";

function compared(number: number, agreed: boolean): LogEntry {
  return { kind: "compared", at, mode: "code", key: `key ${number}`, agreed, source: "live" };
}

const call: LogEntry = { kind: "call", at, mode: "code", by: "code" };

test("two per cent of noise under a certificate of 95 % raise no alarm in 1,500 calls", () => {
  const random = seededRandom(7);
  const state = new LogState(SETTINGS);
  for (let number = 0; number < 1500; number++) state.add(compared(number, random() >= 0.02));
  expect(state).toMatchObject({ compared: 1500, counted: 1500, alarm: undefined });
});

test("answers that always differ raise it soon; it stays until a reset, which begins anew", () => {
  const state = new LogState(SETTINGS);
  let number = 0;
  while (!state.alarm && number < 100) state.add(compared(number++, false));
  expect(number).toBeLessThan(12);
  expect(state.alarm).toEqual({
    at,
    reason: `code and prompt disagreed on ${number} of ${number} compared inputs`,
    isKept: false,
  });
  for (; number < 1000; number++) state.add(compared(number, true));
  expect(state.alarm).toBeDefined();
  state.add({ kind: "reset", at });
  expect(state).toMatchObject({
    compared: 0,
    counted: 0,
    disagreed: 0,
    level: 0,
    alarm: undefined,
  });
});

test("an input counts once, however popular it is", () => {
  const state = new LogState(SETTINGS);
  for (let times = 0; times < 900; times++) state.add(compared(1, false));
  expect(state).toMatchObject({ compared: 900, counted: 1, disagreed: 1, alarm: undefined });
});

test("a tail tells what a whole reading does, and names damaged lines once", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  const tail = new LogTail(path, SETTINGS, files);
  const whole = () => new LogTail(path, SETTINGS, files).now();
  expect(tail.now().compared).toBe(0);
  const random = seededRandom(3);
  for (let round = 0; round < 40; round++) {
    const begins: LogEntry[] = round === 20 ? [{ kind: "reset", at }] : [];
    const entries = [call, ...begins, compared(round, random() > 0.1), call];
    for (const entry of entries) appendFileSync(path, `${formatEntry(entry)}\n`);
    if (round === 30) appendFileSync(path, "damage\n");
    const { compared: n, disagreed, level } = tail.now();
    expect({ n, disagreed, level }).toEqual({
      ...{ n: whole().compared, disagreed: whole().disagreed, level: whole().level },
    });
  }
  expect(tail.now().compared).toBe(20);
  expect(tail.takeDamaged()).toEqual({ count: 1, first: [4 * 0 + 31 * 3 + 1 + 1] });
  expect(tail.takeDamaged()).toEqual({ count: 0, first: [] });
});

test("100,000 lines are read in a moment", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  const lines = Array.from({ length: 100_000 }, (_each, number) =>
    formatEntry(number % 2 === 0 ? call : compared(number, true)),
  );
  appendFileSync(path, `${lines.join("\n")}\n`);
  const startMs = performance.now();
  expect(new LogTail(path, SETTINGS, files).now().compared).toBe(50_000);
  expect(performance.now() - startMs).toBeLessThan(1500); // about 100 ms where nothing else runs
});

test("a log that is nothing but damage is not read again for each line", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  appendFileSync(path, `${"damage\n".repeat(500)}${formatEntry(compared(1, true))}\n`);
  let reads = 0;
  const readPart: typeof files.readPart = (...part) => {
    reads++;
    return files.readPart(...part);
  };
  const tail = new LogTail(path, SETTINGS, { ...files, readPart });
  expect(tail.now().compared).toBe(1);
  expect(tail.takeDamaged()).toEqual({ count: 500, first: [1, 2, 3] });
  expect(reads).toBeLessThan(10);
});
