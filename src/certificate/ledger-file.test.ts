import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, testHost } from "../../tests/support/host.ts";
import { AT, madeUpInputs, PART } from "../../tests/support/ledgers.ts";
import { withInputs } from "./ledger-changes.ts";
import { changeLedger, ledgerPlace, readLedger } from "./ledger-file.ts";
import { newLedger } from "./split-ledger.ts";

const host = testHost();

function placeIn(folder: string, name = "slug") {
  const worker = { name, path: join(folder, "mail/slug.worker") };
  return ledgerPlace(worker, join(folder, "mail/hardening/slug"));
}

const inputs = { at: AT, ...PART, inputs: madeUpInputs(3) };

describe("a ledger's file", () => {
  test("is not there at first, is made by the first change, and grows by the next", () => {
    using top = temporaryFolder();
    const place = placeIn(top.path);
    expect(place).toMatchObject({ worker: "slug", folder: "hardening/slug" });
    expect(readLedger(place, host)).toBeUndefined();
    const made = changeLedger(place, host, (now) => withInputs(now ?? newLedger(place), inputs));
    expect(readLedger(place, host)).toEqual(made);
    changeLedger(place, host, (now) => {
      expect(now).toEqual(made);
      return now;
    });
  });

  test("stays as it is where the change says so, or throws", () => {
    using top = temporaryFolder();
    const place = placeIn(top.path);
    changeLedger(place, host, () => withInputs(newLedger(place), inputs));
    const before = host.files.readText(place.path);
    const { modifiedMs } = host.files.stat(place.path) ?? {};
    expect(changeLedger(place, host, () => undefined)).toBeUndefined();
    expect(() =>
      changeLedger(place, host, () => {
        throw new RangeError("no");
      }),
    ).toThrow(RangeError);
    changeLedger(place, host, (now) => now);
    expect(host.files.readText(place.path)).toBe(before);
    expect(host.files.stat(place.path)?.modifiedMs).toBe(modifiedMs);
    expect(host.files.list(join(top.path, "mail/hardening/slug"))).toEqual(["split.lock.json"]);
  });

  test("of another worker or from another folder is refused", () => {
    using top = temporaryFolder();
    const place = placeIn(top.path);
    changeLedger(place, host, () => newLedger({ ...place, folder: "hardening/other" }));
    expect(() => readLedger(place, host)).toThrow("it was made in hardening/other, and this is");
    expect(() => readLedger(placeIn(top.path, "dates"), host)).toThrow('about the worker "slug"');
    expect(() => changeLedger(place, host, (now) => now)).toThrow("it was made in hardening/other");
  });
});
