import type { Environment } from "./host.ts";

/** Variables that every program gets that is started for a model. */
export const PROGRAM_VARIABLES: readonly string[] = ["HOME", "LANG", "PATH", "TERM", "TMPDIR"];

/** The language of dates, messages and sorting: `LC_ALL`, `LC_TIME`, ... */
const LANGUAGE = /^LC_[A-Z]+$/;

/** Without these few programs of Windows start. */
const WINDOWS_VARIABLES: readonly string[] = [
  "APPDATA",
  "COMSPEC",
  "LOCALAPPDATA",
  "PATHEXT",
  "SYSTEMDRIVE",
  "SYSTEMROOT",
  "TEMP",
  "TMP",
  "USERPROFILE",
];

/**
 * The small environment of a program that is started for a model: what it needs to run, and none of
 * the credentials, addresses and settings that the person's own environment holds.
 *
 * @param more names of variables that it gets as well, where they are set
 */
export function programEnvironment(
  env: Environment,
  more: readonly string[] = [],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !(isProgramVariable(name) || more.includes(name))) continue;
    // A value that begins so is a function of a shell, which another shell would run.
    if (!value.startsWith("()")) kept[name] = value;
  }
  return kept;
}

/** Whether every program gets the variable of this name. */
export function isProgramVariable(name: string): boolean {
  if (PROGRAM_VARIABLES.includes(name) || LANGUAGE.test(name)) return true;
  return process.platform === "win32" && isWindowsVariable(name.toUpperCase());
}

/** Names in any case are the same there. */
function isWindowsVariable(name: string): boolean {
  return PROGRAM_VARIABLES.includes(name) || WINDOWS_VARIABLES.includes(name);
}
