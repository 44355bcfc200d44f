import { cpSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "./command.ts";
import type { Figure } from "./figure.ts";
import { installLlmDo } from "./installed-project.ts";
import { medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { writeCases } from "./test-projects.ts";
import { OURS, peakKib } from "./testing.ts";

const FILES = 50;
const FEW = 1000;
const MANY = 10_000;

/** Runs of ten thousand cases take most of a minute each. */
const ROUNDS = 3;

/** Whether the memory of a run grows with the number of its cases. */
export const flat: Figure = {
  name: "flat",
  measure: async (say) => {
    const [few, many] = [projectOf(FEW), projectOf(MANY)];
    const rounds = Array.from({ length: ROUNDS }, () => {
      const [fewKib, manyKib] = [peakKib(OURS, few), peakKib(OURS, many)];
      say(`${FEW} cases held ${fewKib} KiB, ${MANY} held ${manyKib} KiB`);
      return { fewKib, manyKib };
    });
    return [
      {
        figure: `memory of ${MANY} cases in ${FILES} files`,
        measured: medianOf(rounds, ({ fewKib, manyKib }) => manyKib / fewKib),
        bound: 1.3,
        unit: `x that of ${FEW}`,
      },
    ];
  },
};

/** A folder with so many cases; those of one file are recorded, and the others are copies of it. */
function projectOf(count: number): string {
  const folder = temporaryFolder();
  installLlmDo(folder);
  writeCases(folder, { fileCount: 1, testsPerFile: count / FILES });
  runNode([...OURS, "--mode", "record"], folder);
  for (let file = 2; file <= FILES; file++) {
    cpSync(join(folder, "part-1"), join(folder, `part-${file}`), { recursive: true });
  }
  return folder;
}
