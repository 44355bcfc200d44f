import { describe, expect, test } from "vitest";
import { callText, connect, servedProject } from "./served-project.ts";

describe("a result that is too large for a client", () => {
  test("is an error that says its size, and other calls go on", { timeout: 60_000 }, async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    const big = (mebibytes: number, how: string) =>
      callText(served.client, "big", { mebibytes, how });
    const waiting = served.client.callTool({ name: "wait", arguments: {} });
    waiting.catch(() => undefined);
    expect((await big(7, "text")).length).toBe(7 * 1024 * 1024);
    for (const how of ["text", "fields"]) {
      expect(await big(9.5, how)).toMatch(
        /^! The result of "big" has 9,961,\d{3} bytes \(9\.5 MiB\), and a client can be sent at most 8 MiB/,
      );
    }
    expect(await big(20, "text")).toContain("(20.0 MiB)");
    const failed = await big(9.5, "error");
    expect(failed).toMatch(/^! .*x… \(\d[\d]* more characters\)$/);
    expect(failed.length).toBeLessThan(110_000);
    expect(await callText(served.client, "add", { a: 1, b: 1 })).toBe('{"sum":2}');
  });

  test("is a question about it, too", { timeout: 60_000 }, async () => {
    using folder = servedProject();
    const answer = { action: "accept", content: {} } as const;
    await using served = await connect({ folder: folder.path, answer });
    const text = await callText(served.client, "send", { to: "x".repeat(9 * 1024 * 1024) });
    expect(text).toContain("nobody can be asked about 9,437,");
    expect(served.asked).toEqual([]);
    expect(await callText(served.client, "send", { to: "ada" })).toBe("sent to ada");
  });
});

test("a client is told of titles and of what each effect may do", async () => {
  using folder = servedProject();
  await using served = await connect({ folder: folder.path });
  const { tools } = await served.client.listTools();
  const told = Object.fromEntries(
    tools.map(({ name, title, annotations: hints }) => [
      name,
      [
        title,
        hints?.readOnlyHint,
        hints?.destructiveHint,
        hints?.idempotentHint,
        hints?.openWorldHint,
      ],
    ]),
  );
  expect(told).toMatchObject({
    add: ["Add", true, false, true, false],
    send_through: ["Send through", true, false, true, false],
    note: ["Note", false, true, false, false],
    send: ["Send", false, true, false, true],
    clerk: ["Clerk", false, true, false, true],
  });
});
