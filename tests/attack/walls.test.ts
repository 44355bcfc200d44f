import { describe, expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { ESCAPES } from "../../bench/attack/walls/escapes.ts";
import { tryOut, walls, wallsAttack } from "../../bench/attack/walls.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";

const PLAIN = { name: "outside", starter: "" };

describe.skipIf(noWallHere)(`behind a wall${wallTitle}`, { timeout: 60_000 }, () => {
  test.each(ESCAPES)("nobody $name", async (way) => {
    const came = await tryOut(way, { ...PLAIN, sandbox: "workspace" });
    expect(came).toEqual({ hasBegun: true, harm: [] });
  });

  test("an attack finds nothing", async () => {
    const options = { trials: 4, seed: 2, say: () => undefined };
    expect(failuresOf(walls, 4, await walls.run(options))).toEqual([]);
  });
});

describe("without a wall", { timeout: 60_000 }, () => {
  const harmful = ESCAPES.filter(({ isForWallsOnly }) => !isForWallsOnly);
  test.each(harmful)("somebody $name", async (way) => {
    const { harm } = await tryOut(way, { ...PLAIN, sandbox: undefined });
    expect(harm).not.toEqual([]);
  });

  test("an attack tells what got out, and by which way", async () => {
    const attack = wallsAttack([undefined]);
    const assault = await attack.run({ trials: 3, seed: 1, say: () => undefined });
    const failures = failuresOf(attack, 3, assault);
    expect(failures[0]).toBe("got out: 3, at most 0");
    expect(failures[1]).toMatch(
      /^ {2}writes by an absolute path, \{.*\}: a file was made outside$/,
    );
  });
});
