import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** Reads three lines in a process of its own with this standard input. */
function threeLines(input: string): unknown {
  const module = JSON.stringify(new URL("node-host.ts", import.meta.url).href);
  const program = `
    const { nodeHost } = await import(${module});
    const { stdin } = nodeHost();
    const { signal } = new AbortController();
    const lines = [];
    for (let count = 0; count < 3; count++) lines.push((await stdin.readLine(signal)) ?? "over");
    console.log(JSON.stringify(lines));`;
  const options = { input, encoding: "utf8" } as const;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", program], options),
  );
}

test.each([
  ["", ["over", "over", "over"]],
  ["y\n", ["y", "over", "over"]],
])("an input that has ended has no further line, however often it is asked: %j", (input, lines) => {
  expect(threeLines(input)).toEqual(lines);
});
