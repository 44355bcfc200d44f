import type { CheckedProject } from "./checked-project.ts";

/** Finds code that is to answer in a prompt's place and may not, because something has changed. */
export function checkAlternatives({ workers, findings }: CheckedProject): void {
  for (const { linked } of workers) {
    const { name, alternative } = linked;
    const problem = alternative?.problem(linked);
    if (!alternative || problem === undefined) continue;
    findings.add({
      code: "configuration",
      place: alternative.place,
      problem: `the prompt of "${name}" answers, not its code: ${problem}`,
      tries: [
        "llm-do compare makes a new certificate, and llm-do swap takes it",
        `or say that the prompt answers: llm-do swap ${linked.file} --mode prompt`,
      ],
    });
  }
}
