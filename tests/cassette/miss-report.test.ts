import { describe, expect, test } from "vitest";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { goingOn, question, saying } from "../support/cassettes.ts";
import { ask, listed, ls, more, output, reported } from "../support/miss-reports.ts";

describe("a miss says what changed:", () => {
  test("the instructions, with the word", async () => {
    const request = { ...ask, system: ask.system.replace("kind", "date") };
    expect(
      await reported(request, { rerecord: "llm-do main.worker --mode record" }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("kind" is now "date")
        at a.yaml:3
        call: main, request fd5321d88ad5718e
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          You organize files.\\n\\nMove them into folders by their [-kind-]{+date+}, and name\\neach folder in lower case.\\n
      Try: record anew: llm-do main.worker --mode record
      Try: or undo the change"
    `);
  });

  test("words that were added, removed and changed", async () => {
    const system = ask.system
      .replace("files", "all files")
      .replace(" lower", "")
      .replace("name", "call");
    expect(await reported({ ...ask, system })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("all" was added, and 2 more)
        at a.yaml:3
        call: main, request 3dbe70639e6d6860
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          You organize {+all +}files.\\n\\nMove them into folders by their kind, and [-name-]{+call+}\\neach folder in[- lower-] case.\\n
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("white space alone", async () => {
    expect(await reported({ ...ask, system: `${ask.system}\n` })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed (white space)
        at a.yaml:3
        call: main, request 4e0ec048a9401f21
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: system
          …nd, and name\\neach folder in lower case.\\n{+\\n+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("instructions where there were none", async () => {
    const bare = { ...ask, system: "" };
    expect(await reported(ask, { recorded: [[bare, listed]] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its instructions changed ("You organize files.\\n\\nMove them into fo…" was added)
        at a.yaml:3
        call: main, request 1424fe9aa6160c2f
        nearest recording: 351fbcce159ea632, call main
        differs at: system
          {+You organize files.\\n\\nMove them into folders by their kind, and name\\neach folder in lower case.\\n+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool's description", async () => {
    const tools = [{ ...ls, description: "List all files." }];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the description of the tool "ls" changed ("all" was added)
        at a.yaml:3
        call: main, request d0bf0be2662bf495
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].description
          List {+all +}files.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool's input schema", async () => {
    const tools = [{ ...ls, inputSchema: { ...ls.inputSchema, required: ["path"] } }];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the input schema of the tool "ls" changed (["path"] was added)
        at a.yaml:3
        call: main, request 8110aec488a1cd1a
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].inputSchema.required
          recorded: nothing
          asked:    ["path"]
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the tools that there are", async () => {
    const tools = [{ ...ls, name: "move" }, ls];
    expect(await reported({ ...ask, tools })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its list of tools changed ("move" was added)
        at a.yaml:3
        call: main, request e914c30807486105
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: tools[0].name
          [-ls-]{+move+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the order of the tools", async () => {
    const move = { ...ls, name: "move" };
    const request = { ...ask, tools: [move, ls] };
    expect(
      await reported(request, { recorded: [[{ ...ask, tools: [ls, move] }, listed]] }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its list of tools changed (in its order)
        at a.yaml:3
        call: main, request e914c30807486105
        nearest recording: 717c61976188cbc4, call main
        differs at: tools[0].name
          [-ls-]{+move+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the model", async () => {
    expect(await reported({ ...ask, model: "openai:gpt-5" })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its model changed ("anthropic:claude-haiku-4-5" is now "openai:gpt-5")
        at a.yaml:3
        call: main, request e4797ed339d6c8aa
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: model
          [-anthropic:claude-haiku-4-5-]{+openai:gpt-5+}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a setting, changed or new", async () => {
    expect(await reported({ ...ask, settings: { temperature: 0.5 } })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its settings changed (temperature: 0 is now 0.5)
        at a.yaml:3
        call: main, request 2ca1b58bf93049ff
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: settings.temperature
          recorded: 0
          asked:    0.5
      Try: record anew with --mode record
      Try: or undo the change"
    `);
    expect(
      await reported({ ...ask, settings: { temperature: 0, maxTokens: 100 } }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its settings changed (maxTokens: 100 was added)
        at a.yaml:3
        call: main, request 7ec5074fd06e1eb3
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: settings.maxTokens
          recorded: nothing
          asked:    100
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a server-side tool", async () => {
    expect(
      await reported({ ...ask, serverTools: [{ type: "web_search" }] }),
    ).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its server-side tools changed ({"type":"web_search"} was added)
        at a.yaml:3
        call: main, request 5caf77899a95d348
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: serverTools[0]
          recorded: nothing
          asked:    {"type":"web_search"}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the output schema", async () => {
    expect(await reported({ ...ask, outputSchema: { type: "object" } })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its output schema changed ({"type":"object"} was added)
        at a.yaml:3
        call: main, request 61d893452b6d2ebc
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: outputSchema
          recorded: nothing
          asked:    {"type":"object"}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an earlier tool output, with the tool's name", async () => {
    const request = goingOn(ask, listed, output("a.jpg\nc.pdf\n"));
    expect(await reported(request, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the output of the tool "ls" changed ("b.pdf" is now "c.pdf")
        at a.yaml:26
        call: main, request 10ebbac0f228424f
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[2].tool.output
          a.jpg\\n[-b.pdf-]{+c.pdf+}\\n
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("a tool that failed where it had not", async () => {
    const request = goingOn(ask, listed, output("no such folder", true));
    expect(await reported(request, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the tool "ls" fails now and did not
        at a.yaml:26
        call: main, request 742ae88822923d58
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[2]
          recorded: {"tool":{"id":"t1","output":"a.jpg\\nb.pdf\\n"}}
          asked:    {"tool":{"error":"no such folder","id":"t1"}}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an earlier answer", async () => {
    const request = goingOn(ask, saying("Let me look."), userText("Do."));
    const recorded = [[goingOn(ask, saying("I look."), userText("Do.")), saying("Done.")]] as const;
    expect(await reported(request, { recorded })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: an earlier answer changed ("I" is now "Let me")
        at a.yaml:3
        call: main, request 004edd8cfe21e013
        nearest recording: 96be7163720c21ca, call main
        differs at: messages[1].assistant[0].text
          [-I-]{+Let me+} look.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("the input", async () => {
    const request = { ...ask, messages: [userText("Sort the files in the outbox.")] };
    expect(await reported(request)).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: its input changed ("inbox" is now "outbox")
        at a.yaml:3
        call: main, request 389d2cb491529ffe
        nearest recording: 1424fe9aa6160c2f, call main
        differs at: messages[0].user
          Sort the files in the [-inbox-]{+outbox+}.
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("an attached file", async () => {
    const attached = (sha256: string): ModelRequest => ({
      ...ask,
      messages: [
        {
          kind: "user",
          content: [
            { kind: "text", text: "Read." },
            {
              kind: "attachment",
              name: "report.pdf",
              mediaType: "application/pdf",
              sha256,
              bytes: new Uint8Array(9),
            },
          ],
        },
      ],
    });
    const recorded = [[attached("ab".repeat(32)), listed]] as const;
    expect(await reported(attached("cd".repeat(32)), { recorded })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the content of the attachment "report.pdf" changed
        at a.yaml:3
        call: main, request 82df121a4ce2b3b2
        nearest recording: 16a6f00fe01481b0, call main
      Try: record anew with --mode record
      Try: or undo the change"
    `);
    // The same file is no difference: what else changed is named.
    const renamed = { ...attached("ab".repeat(32)), model: "openai:gpt-5" };
    const shown = await reported(renamed, { recorded });
    expect(shown).toContain("its model changed");
    expect(shown).not.toContain("as well");
  });

  test("a conversation that goes on", async () => {
    const request = goingOn(more, saying("Done."), userText("Thanks."));
    expect(await reported(request, { before: [ask, more] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the conversation goes on where the recording ends
        at a.yaml:26
        call: main, request 18bf3ef2501a9d6a
        nearest recording: 75559318f43e80ec, call main
        differs at: messages[3]
          recorded: nothing
          asked:    {"assistant":[{"text":"Done."}]}
      Try: record anew with --mode record
      Try: or undo the change"
    `);
  });

  test("more asked than was recorded", async () => {
    expect(await reported(ask, { before: [ask] })).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: it was recorded once and is asked once more
        at a.yaml:3
        call: main, request 1424fe9aa6160c2f
        nearest recording: 1424fe9aa6160c2f, call main
      Try: record anew with --mode record"
    `);
  });

  test("a worker of which nothing is recorded", async () => {
    const request = question("Analyze a.jpg.");
    expect(await reported(request, { call: "main/analyzer" })).toMatchInlineSnapshot(`
      "Failed to replay "analyzer": no recording answers its request: nothing is recorded for "analyzer"
        at a.yaml
        call: main/analyzer, request 63e337982fefd859
        recorded calls: main
      Try: record anew with --mode record"
    `);
  });
});
