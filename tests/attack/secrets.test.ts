import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { PLACES } from "../../bench/attack/secrets/places.ts";
import { attackOn, secrets } from "../../bench/attack/secrets.ts";

const options = { seed: 5, say: () => undefined };

describe("planted secrets under attack", () => {
  test("are written nowhere", { timeout: 120_000 }, async () => {
    const assault = await secrets.run({ ...options, trials: 40 });
    expect(failuresOf(secrets, 40, assault)).toEqual([]);
  });

  test("are 60 in more than 30 places, each once", () => {
    expect(new Set(PLACES.map(({ name }) => name)).size).toBe(PLACES.length);
    expect(PLACES.length).toBeGreaterThanOrEqual(30);
    expect(secrets.least).toBe(60 * PLACES.length);
  });

  test.each([
    ["plain", (text: string) => text],
    ["in base64", (text: string) => Buffer.from(`it is ${text}`).toString("base64")],
    ["in hexadecimal", (text: string) => Buffer.from(text).toString("hex")],
  ])("would be found where they were written %s", { timeout: 60_000 }, async (_how, write) => {
    const attack = attackOn([
      {
        name: "careless",
        attack: async (project) => {
          await project.run();
          appendFileSync(project.path("c.yaml"), write(project.secret.text));
        },
      },
    ]);
    const assault = await attack.run({ ...options, trials: 3 });
    expect(failuresOf(attack, 3, assault)).toEqual([
      "written: 3, at most 0",
      ...Array(3).fill(expect.stringContaining("as careless: in c.yaml")),
    ]);
  });
});
