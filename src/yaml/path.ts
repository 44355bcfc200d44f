/** A key of a map or an index of a list. */
export type PathStep = string | number;

/** Where a value stands in a YAML text: `toolsets`, `filesystem`, `base_path`. */
export type Path = readonly PathStep[];

const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** A path as `--set` takes it: `toolsets["my-package#tools"].limit`, `server_side_tools[0]`. */
export function formatPath(path: Path): string {
  let out = "";
  for (const step of path) {
    if (typeof step === "number") out += `[${step}]`;
    else if (!BARE_KEY.test(step)) out += `[${JSON.stringify(step)}]`;
    else out += out === "" ? step : `.${step}`;
  }
  return out;
}
