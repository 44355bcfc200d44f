import type { Admission } from "../../approval/approval-request.ts";
import type { JsonObject } from "../../model/json.ts";
import { splitCommand } from "./split-command.ts";

/** The rules that would admit a command: one for it alone, and one for what begins with its words. */
export function admissionsOf(command: string): readonly [Admission, Admission] {
  const pattern = patternOf(command);
  return [
    { config: ruleOf({ pattern, exact: true }), admits: "this command and no other" },
    { config: ruleOf({ pattern }), admits: "every command that begins with these words" },
  ];
}

function ruleOf(fields: JsonObject): JsonObject {
  return { rules: [{ ...fields, approval_required: false }] };
}

/** A pattern is split as a command is. What stands around it may be quoted: `echo a\ `. */
function patternOf(command: string): string {
  const trimmed = command.trim();
  const isSame = JSON.stringify(splitCommand(trimmed)) === JSON.stringify(splitCommand(command));
  return isSame ? trimmed : command;
}
