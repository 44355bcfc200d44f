// Packs the package, installs the tarball into a new project as the README says, and runs what the README
// shows there, with the Node of the shell: npm run check:install. Dependencies come from npm's registry.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { repository } from "../tests/support/cli.ts";
import { printed, type ShownCommand, shownCommands } from "../tests/support/console-blocks.ts";

const PAGE = "README.md";
/** In the order of the page: the later one goes on from the earlier one. */
const SECTIONS = ["Three minutes", "Tests"];

const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  readonly devDependencies: { readonly vitest: string };
}; // our own file

const folder = mkdtempSync(join(tmpdir(), "llm-do-install-"));
try {
  const env = outsideOfNpm(process.env);
  const npm = (...words: readonly string[]) =>
    execFileSync("npm", [...words, "--no-audit", "--no-fund"], {
      cwd: folder,
      env,
      stdio: "inherit",
    });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: repository,
    stdio: "inherit",
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm packed nothing");
  npm("init", "-y");
  npm("install", `./${tarball}`);
  npm("install", "--save-dev", `vitest@${manifest.devDependencies.vitest}`);
  const wrong: string[] = [];
  for (const shown of commandsOf(SECTIONS)) wrong.push(...(await differenceOf(shown, env)));
  const node = await printed("node --version", folder, env);
  process.stdout.write(wrong.length > 0 ? wrong.join("\n") : `the README is true on ${node}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What `npm run` adds would lead the new project back to this one: its programs, its Node, its settings. */
function outsideOfNpm(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(given).filter(([name]) => !/^(npm_|CI$)/i.test(name));
  const path = given["PATH"]?.split(delimiter).filter((entry) => !entry.startsWith(repository));
  return { ...Object.fromEntries(own), PATH: path?.join(delimiter), NO_COLOR: "1" };
}

function commandsOf(sections: readonly string[]): readonly ShownCommand[] {
  const lines = readFileSync(join(repository, PAGE), "utf8").split("\n");
  const sectionAt = (line: number) =>
    lines
      .slice(0, line)
      .findLast((text) => text.startsWith("## "))
      ?.slice(3) ?? "";
  const commands = shownCommands(PAGE).filter(({ line }) => sections.includes(sectionAt(line)));
  if (commands.length === 0)
    throw new Error(`${PAGE} has no commands below ${sections.join(", ")}`);
  return commands;
}

async function differenceOf(
  { command, output, line }: ShownCommand,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const now = await printed(command, folder, env);
  if (now === output) return [];
  return [`${PAGE}:${line}: ${command}\n  shown:\n${output}\n  printed:\n${now}\n`];
}
