import { llmDo, ROOT, runNode } from "./command.ts";
import type { Figure, Finding } from "./figure.ts";
import { packagesOf, unwantedOf } from "./loaded-packages.ts";
import { interleave, medianOf } from "./statistics.ts";

const GREETER = [
  "examples/greeter/main.worker",
  "Hello, I am Ada.",
  "--cassette",
  "cassettes/examples/greeter/main.yaml",
  "--mode",
  "replay",
] as const;

/** Starts are short: more rounds cost little and say more. */
const ROUNDS = 21;

/** Tells the CPU time of its process, in milliseconds, when it has done the rest of the text. */
const TELL_CPU =
  "const { user, system } = process.cpuUsage(); fs.writeSync(3, String((user + system) / 1000));";

/** How long the built command takes from start to end, against a Node that does nothing. */
export const start: Figure = {
  name: "start",
  measure: async (say) => {
    const rounds = await interleave(
      {
        bare: () => runNode(["-e", "0"]).tookMs,
        help: () => runNode(llmDo("--help")).tookMs,
        greeter: () => runNode(llmDo(...GREETER)).tookMs,
        nothing: () => cpuOf("0"),
        imported: () => cpuOf(`await import("${ROOT}dist/index.js")`),
      },
      { rounds: ROUNDS, warmUps: 2 },
    );
    say(`node -e 0 takes ${medianOf(rounds, (round) => round.bare).toFixed(0)} ms`);
    const unit = "x node -e 0";
    return [
      {
        figure: "llm-do --help",
        measured: medianOf(rounds, ({ help, bare }) => help / bare),
        bound: 1.5,
        unit,
      },
      {
        figure: "replay of examples/greeter",
        measured: medianOf(rounds, ({ greeter, bare }) => greeter / bare),
        bound: 2.5,
        unit,
      },
      {
        figure: "importing llm-do, CPU over an empty module",
        measured: medianOf(rounds, ({ imported, nothing }) => imported - nothing),
        bound: 40,
        unit: "ms",
      },
      importsOfReplay(say),
    ];
  },
};

/** CPU time of a process that runs the text of a module: it is steadier than the time that passes. */
function cpuOf(text: string): number {
  const module = `import fs from "node:fs"; ${text}; ${TELL_CPU}`;
  return Number(runNode(["--input-type=module", "-e", module]).told);
}

function importsOfReplay(say: (line: string) => void): Finding {
  const { told } = runNode(["--import", `${ROOT}bench/tell-modules.js`, ...llmDo(...GREETER)]);
  const urls = JSON.parse(told) as string[]; // written by tell-modules
  if (!urls.some((url) => url.endsWith("/dist/bin/llm-do.js"))) throw new Error("no modules told");
  const packages = packagesOf(urls);
  const own = urls.length - urls.filter((url) => url.includes("/node_modules/")).length;
  say(`a replay loads ${own} files of its own and ${packages.join(", ") || "no package"}`);
  return {
    figure: "SDKs that a replay imports",
    measured: unwantedOf(packages).length,
    bound: 0,
    unit: "packages",
  };
}
