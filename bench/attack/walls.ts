import type { CallContext } from "../../src/functions/call-context.ts";
import { nodeProcesses } from "../../src/host/processes/node-processes.ts";
import type { Json } from "../../src/model/json.ts";
import { makeShell, type ShellResult } from "../../src/toolsets/shell/make-shell.ts";
import { shellQuote } from "../../src/words/shell-quote.ts";
import { configField } from "../../tests/support/config-field.ts";
import { seededRandom } from "../../tests/support/seeded-random.ts";
import type { Attack, AttackOptions } from "./attack.ts";
import { ESCAPES, type Escape } from "./walls/escapes.ts";
import { surroundings } from "./walls/surroundings.ts";

/** How a folder may be called that is not to be touched. */
const NAMES = [
  "outside",
  "out side",
  "o'ut",
  'o"ut',
  "o$(id)`id`",
  "-rf",
  "ü🙂",
  "[a]*",
  "a\\b",
  "a\nb",
];

/** What a worker's file may say; none of it lets any of the escapes out. */
const SANDBOXES: readonly Json[] = [
  "workspace",
  { network: ["example.com"] },
  { writable: ["."], unreadable: [".env"] },
  { kind: "workspace", read_only: ["file-link"] },
];

/** Programs that start others, some of them otherwise than usual. */
const STARTERS = ["", "nohup ", "setsid -w ", "timeout 20 ", "nice ", "env -u TMPDIR "];

/** Starts of programs that try to get out of a workspace. */
export const walls: Attack = wallsAttack(SANDBOXES);

/** The same with other walls; undefined stands for none. */
export function wallsAttack(sandboxes: readonly (Json | undefined)[]): Attack {
  return {
    name: "walls",
    what: "escapes from a sandbox",
    least: 400,
    run: (options) => assail(sandboxes, options),
  };
}

async function assail(
  sandboxes: readonly (Json | undefined)[],
  { trials, seed, say }: AttackOptions,
) {
  const random = seededRandom(seed);
  const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const examples: string[] = [];
  let tried = 0;
  let count = 0;
  for (let trial = 0; trial < trials; trial++) {
    const way = ESCAPES[trial % ESCAPES.length];
    const name = oneOf(NAMES) ?? "outside";
    const sandbox = oneOf(sandboxes);
    const starter = oneOf(STARTERS) ?? "";
    if (way === undefined) continue;
    const { hasBegun, harm } = await tryOut(way, { name, sandbox, starter });
    if (hasBegun) tried += 1;
    else say(`trial ${trial} did not begin: ${way.name}`);
    if (harm.length > 0) {
      count += 1;
      const how = JSON.stringify({ name, sandbox: sandbox ?? null, starter });
      if (examples.length < 5) examples.push(`${way.name}, ${how}: ${harm.join(", ")}`);
    }
  }
  return { tried, breaches: [{ what: "got out", count, bound: 0, examples }] };
}

interface Circumstances {
  /** What the folder outside is called. */
  readonly name: string;
  readonly sandbox: Json | undefined;
  /** What the program is started by. */
  readonly starter: string;
}

/** What came of an escape, and whether its program ran at all. */
export async function tryOut(
  { script }: Escape,
  { name, sandbox, starter }: Circumstances,
): Promise<{ readonly hasBegun: boolean; readonly harm: readonly string[] }> {
  await using around = await surroundings(name);
  const { workspace, variables } = around;
  const given = Object.entries(variables).map(
    ([key, value]) => `export ${key}=${shellQuote(value)}`,
  );
  const text = [...given, "echo begun", script].join("\n");
  const told = await shellIn(workspace, sandbox)(`${starter}bash -c ${shellQuote(text)}`);
  await new Promise((next) => setTimeout(next, 20)); // a connection is noticed a moment later
  const said = told.stdout + told.stderr;
  return { hasBegun: said.startsWith("begun"), harm: around.harm(said) };
}

function shellIn(cwd: string, sandbox: Json | undefined) {
  const config = {
    default: { approval_required: false },
    ...(sandbox === undefined ? {} : { sandbox }),
  };
  const place = { cwd, workerPath: `${cwd}/main.worker` };
  const { shell } = makeShell(configField("shell", config), place, {
    processes: nodeProcesses(process.env),
    env: process.env,
  }).tools;
  const { signal } = new AbortController();
  return async (command: string): Promise<ShellResult> => {
    const input = { command, timeout_seconds: 60 };
    // The tool looks at nothing else of its context, and its result has no other shape.
    return (await shell?.run(input, { signal } as CallContext)) as ShellResult;
  };
}
