import type { Outcome, SandboxLimits } from "../../../src/hardening/write/sandbox/sandbox.ts";

/** Code that tries to do what no candidate may, and what must be told of it. */
export interface SandboxProgram {
  /** What it tries. */
  readonly name: string;
  /** `PORT`, `FILE`, `SECRET_FILE` and `PID` in it stand for what it is baited with. */
  readonly code: string;
  /** What is told of each input, as {@link told} has it. */
  readonly says: RegExp;
  readonly limits?: Partial<SandboxLimits>;
}

/** One line of a table of programs: what it tries, its code, what is told of it. */
export type ProgramRow = readonly [name: string, code: string, says: RegExp];

export function programs(
  kind: string,
  rows: readonly ProgramRow[],
  limits?: Partial<SandboxLimits>,
): readonly SandboxProgram[] {
  return rows.map(([name, code, says]) => {
    return { name: `${kind}: ${name}`, code, says, ...(limits ? { limits } : {}) };
  });
}

/** A candidate with this body. */
export function answering(body: string): string {
  return `function answer(input) { ${body} }`;
}

/** A candidate that answers with what an expression gives, or that it was kept out. */
export function trying(expression: string): string {
  return answering(
    `try { const got = ${expression}; return got === undefined ? "nothing" : "got " + String(got); } catch { return "kept out"; }`,
  );
}

export const KEPT_OUT = /^="(?:kept out|nothing)"$/;

/** An outcome in a line: `=` a value's JSON, `?` why it declined, `!` what is wrong. */
export function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case "value":
      return `=${JSON.stringify(outcome.value)}`;
    case "declined":
      return `?${outcome.reason}`;
    case "fault":
      return `!${outcome.reason}`;
  }
}
