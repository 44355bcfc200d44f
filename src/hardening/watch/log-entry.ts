import { type CodeMode, readAnswerMode } from "../../functions/answer-mode.ts";
import type { AnswerSource } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/**
 * A line of the log of a function with prompt and code. It holds no inputs and no answers: an input
 * is known by its key. `at` is ISO 8601.
 */
export type LogEntry =
  /** Code was put in place, by a certificate; what was compared before counts no more. */
  | {
      readonly kind: "began";
      readonly at: string;
      readonly mode: CodeMode;
      /** The share of disagreements that is tolerated. */
      readonly tolerated: number;
      readonly falseAlarmEvery: number;
      /** The certificate's path, as the lock file has it. */
      readonly certificate?: string | undefined;
      /** SHA-256 in hexadecimal of what is watched: the same again goes on where it was. */
      readonly watched?: string | undefined;
    }
  /** A call was answered. */
  | {
      readonly kind: "call";
      readonly at: string;
      readonly mode: CodeMode;
      readonly by: "code" | "prompt";
      /**
       * Why code did not answer, without details: they may be of the input. In a shadow: why it would not
       * have answered.
       */
      readonly reason?: string | undefined;
    }
  /** The answers of code and prompt to one input were compared. */
  | {
      readonly kind: "compared";
      readonly at: string;
      readonly mode: CodeMode;
      /** The input's, as `splitInput` gives it. */
      readonly key: string;
      readonly agreed: boolean;
      /** Where the prompt's answer came from. */
      readonly source: AnswerSource;
      /** How long the prompt took, in milliseconds. */
      readonly ms?: number | undefined;
    }
  /** Comparisons raised the alarm; the counts are of inputs that counted. */
  | {
      readonly kind: "alarm";
      readonly at: string;
      readonly reason: string;
      readonly compared: number;
      readonly disagreed: number;
    }
  /** A person took the alarm back; what was compared before counts no more. */
  | { readonly kind: "reset"; readonly at: string };

/** The text of a line, without its end. `kind` stands second, so that readers can skip a line by it. */
export function formatEntry({ at, kind, ...rest }: LogEntry): string {
  return JSON.stringify({ at, kind, ...rest });
}

/** The entry that a line says; undefined for a line that is damaged. */
export function parseEntry(line: string): LogEntry | undefined {
  let said: Json;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(said) || typeof said["at"] !== "string") return undefined;
  return entryOf(said, said["at"]);
}

const SOURCES: readonly unknown[] = ["live", "script"] satisfies AnswerSource[];

function entryOf(said: JsonObject, at: string): LogEntry | undefined {
  const { kind, by, reason, key, agreed, ms, compared, disagreed } = said;
  const mode = codeMode(said["mode"]);
  switch (kind) {
    case "call":
      if (!mode || (by !== "code" && by !== "prompt")) return undefined;
      return { kind, at, mode, by, ...(typeof reason === "string" ? { reason } : {}) };
    case "compared": {
      const source = said["source"];
      if (!mode || typeof key !== "string" || typeof agreed !== "boolean") return undefined;
      if (!SOURCES.includes(source)) return undefined;
      const took = typeof ms === "number" ? { ms } : {};
      return { kind, at, mode, key, agreed, source: source as AnswerSource, ...took };
    }
    case "alarm":
      if (typeof reason !== "string") return undefined;
      if (typeof compared !== "number" || typeof disagreed !== "number") return undefined;
      return { kind, at, reason, compared, disagreed };
    case "began":
      return mode && began(said, at, mode);
    case "reset":
      return { kind, at };
    default:
      return undefined;
  }
}

function began(said: JsonObject, at: string, mode: CodeMode): LogEntry | undefined {
  const { tolerated, falseAlarmEvery, certificate, watched } = said;
  if (typeof tolerated !== "number" || typeof falseAlarmEvery !== "number") return undefined;
  const by = typeof certificate === "string" ? { certificate } : {};
  const what = typeof watched === "string" ? { watched } : {};
  return { kind: "began", at, mode, tolerated, falseAlarmEvery, ...by, ...what };
}

function codeMode(mode: Json | undefined): CodeMode | undefined {
  const read = typeof mode === "string" ? readAnswerMode(mode) : undefined;
  return read === "prompt" ? undefined : read;
}
