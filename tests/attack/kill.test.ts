import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { Harms } from "../../bench/attack/kill/harms.ts";
import { live } from "../../bench/attack/kill/life.ts";
import { killProvider } from "../../bench/attack/kill/provider.ts";
import { kill } from "../../bench/attack/kill.ts";
import { seededRandom } from "../support/seeded-random.ts";

describe("kills of runs that record", { timeout: 120_000 }, () => {
  test("lose nothing, leave nothing behind, and repeat nothing", async () => {
    const assault = await kill.run({ trials: 4, seed: 11, say: () => undefined });
    expect(failuresOf(kill, 4, assault)).toEqual([]);
  });

  test("are found out where they leave a cassette that cannot be read", async () => {
    const plot = { turns: 3, pictureChars: 20, delayMs: 5 };
    await using provider = await killProvider(() => plot);
    const harms = new Harms();
    let kills = 0;
    await live({
      name: "planted",
      plot,
      letters: 20,
      random: seededRandom(3),
      provider,
      harms,
      runMs: 300,
      takeKill: () => kills++ < 1,
      giveBack: () => undefined,
      afterKill: (folder) => writeFileSync(join(folder, "c.yaml"), "cassette: 9\n---\nnothing\n"),
    });
    const counts = harms.breaches.filter(({ count }) => count > 0).map(({ what }) => what);
    expect(counts).toContain("unreadable cassettes");
  });
});
