import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Figure } from "../../scripts/house/figure.ts";
import { FIGURES, smallSingles } from "../../scripts/house/figures.ts";
import { ratchetProblem } from "../../scripts/house/ratchet.ts";
import { readHouse } from "../../scripts/house/read-house.ts";
import { STARTED } from "../../scripts/house/started.ts";

/**
 * Figures that are outside of their bound today. None may get worse. Once one is better, its note
 * has to follow; once it is within its bound, its note goes.
 */
const NOTED: Readonly<Record<string, number>> = {};

/** Why a small file stays apart from its only importer; asked for once there are few of them. */
const SMALL_FOR_A_REASON: Readonly<Record<string, string>> = {
  "functions/described-input.ts": "loaded lazily by three: it makes examples, for errors only",
  "hardening/recordings/call-origins.ts": "a concept of its own: why a call is on record, not what",
  "testing/against/snapshot-file.ts": "the case's side would be longer than 300 lines with it",
  "yaml/plain-map.ts": "a reader of its own, which a property compares with the parser beside it",
  "testing/status/list-prices.ts": "a reporter of vitest loads it alone, when it shows an estimate",
};

const house = readHouse(resolve(import.meta.dirname, "../.."));

describe("the figures of the house", () => {
  test.each(FIGURES.filter(({ bound }) => bound))("$name is not worse than noted", (figure) => {
    const { value } = figure.measure(house);
    expect(ratchetProblem(figure, value, NOTED[figure.name])).toBeUndefined();
  });

  test("have all been counted at the start", () => {
    expect(Object.keys(STARTED.values)).toEqual(FIGURES.map(({ name }) => name));
  });

  test("are noted under their own names only", () => {
    const names = FIGURES.filter(({ bound }) => bound).map(({ name }) => name);
    expect(Object.keys(NOTED).filter((name) => !names.includes(name))).toEqual([]);
  });

  test("of small files with one importer: each that stays says why", () => {
    const small = smallSingles(house.files).map(({ file }) => file.path);
    const reasons = Object.keys(SMALL_FOR_A_REASON);
    expect(reasons.filter((path) => !small.includes(path))).toEqual([]);
    if ("small-single" in NOTED) return;
    expect(small.filter((path) => !reasons.includes(path))).toEqual([]);
  });
});

describe("a noted figure", () => {
  const measure = () => ({ value: 0, details: [] });
  const atMost: Figure = { name: "chain", title: "chain", bound: { most: 16 }, measure };
  const between: Figure = { ...atMost, name: "median", bound: { least: 80, most: 110 } };

  test("may stay as it is noted", () => {
    expect(ratchetProblem(atMost, 23, 23)).toBeUndefined();
    expect(ratchetProblem(between, 66, 66)).toBeUndefined();
  });

  test("may not get worse", () => {
    expect(ratchetProblem(atMost, 24, 23)).toContain(
      "chain is 24, which is worse than 23 as noted",
    );
    expect(ratchetProblem(between, 65, 66)).toContain("worse than 66 as noted");
    expect(ratchetProblem(between, 131, 66)).toContain("worse than 66 as noted");
  });

  test("asks for a new note when it is better", () => {
    expect(ratchetProblem(atMost, 20, 23)).toContain("note 20 instead of 23");
    expect(ratchetProblem(between, 70.5, 66)).toContain("note 70 instead of 66");
  });

  test("asks for no new note while a share changes by less than a whole", () => {
    expect(ratchetProblem(atMost, 22.3, 23)).toBeUndefined();
    expect(ratchetProblem(atMost, 22, 23)).toContain("note 22 instead of 23");
  });

  test("loses its note within the bound, and is then held to the bound", () => {
    expect(ratchetProblem(atMost, 16, 23)).toContain("take its note away");
    expect(ratchetProblem(atMost, 12, undefined)).toBeUndefined();
    expect(ratchetProblem(atMost, 17, undefined)).toContain("worse than at most 16");
    expect(ratchetProblem(between, 111, undefined)).toContain("worse than 80 to 110");
  });

  test("is left alone where there is no bound", () => {
    const { bound: _bound, ...printed } = atMost;
    expect(ratchetProblem(printed, 1000, undefined)).toBeUndefined();
  });
});
