import { expect, test } from "vitest";
import { bytesAttachment, userText } from "../../../src/model/message.ts";
import { CONFIG, hear, modelRequest, responsesServer, streamOfEvents } from "./responses-server.ts";
import { completed, message } from "./sample-events.ts";

const server = responsesServer();

test("a request goes out with the key, as a stream that nobody stores", async () => {
  server.answer(() => streamOfEvents([completed([message("msg_1", "Hi.")])]));
  await hear(modelRequest({ system: "Be brief.", settings: { temperature: 0.5, maxTokens: 99 } }));
  expect(server.sent).toHaveLength(1);
  expect(server.sent[0]?.headers.get("authorization")).toBe("Bearer key-of-the-test");
  expect(server.sent[0]?.body).toEqual({
    model: "gpt-4.1",
    instructions: "Be brief.",
    input: [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }],
    temperature: 0.5,
    max_output_tokens: 99,
    store: false,
    stream: true,
  });
});

test("organization, project and other keys of the environment are not sent", async () => {
  const variables = ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "OPENAI_BASE_URL"];
  const before = variables.map((name) => process.env[name]);
  for (const name of variables) process.env[name] = "https://elsewhere.test";
  try {
    server.answer(
      () => streamOfEvents([completed([message("msg_1", "Hi.")])]),
      "https://api.openai.com/v1",
    );
    const config = {
      provider: "openai",
      baseUrl: undefined,
      apiKey: "k",
      keyVariable: "K",
      headers: {},
      query: {},
    };
    const { thrown } = await hear(modelRequest(), { config });
    expect(thrown).toBeUndefined();
    const headers = server.sent[0]?.headers;
    expect(headers?.get("openai-organization")).toBeNull();
    expect(headers?.get("openai-project")).toBeNull();
    expect(headers?.get("authorization")).toBe("Bearer k");
  } finally {
    for (const [index, name] of variables.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  }
});

test("without a key no authorization is sent", async () => {
  server.answer(() => streamOfEvents([completed([message("msg_1", "Hi.")])]));
  const { thrown } = await hear(modelRequest(), { config: { ...CONFIG, apiKey: "" } });
  expect(thrown).toBeUndefined();
  expect(server.sent[0]?.headers.get("authorization")).toBeNull();
});

test("a reasoning model is asked for what makes its reasoning valid later", async () => {
  server.answer(() => streamOfEvents([completed([message("msg_1", "Hi.")])]));
  await hear(modelRequest({ model: "openai:gpt-5-mini", settings: { thinking: "low" } }));
  expect(server.sent[0]?.body).toMatchObject({
    include: ["reasoning.encrypted_content"],
    reasoning: { effort: "low" },
  });
});

test("an answer goes back as it came, each call with its result", async () => {
  const reasoning = {
    id: "rs_1",
    type: "reasoning",
    summary: [{ type: "summary_text", text: "Hm." }],
    encrypted_content: "sealed",
  };
  const search = { id: "ws_1", type: "web_search_call", status: "completed", action: { q: 1 } };
  const said = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    status: "completed",
    phase: "commentary",
    content: [
      { type: "output_text", text: "First.", annotations: [{ type: "url_citation", url: "u" }] },
      { type: "output_text", text: "Second.", annotations: [] },
    ],
  };
  const call = {
    id: "fc_1",
    type: "function_call",
    status: "completed",
    call_id: "call_1",
    name: "look",
    arguments: '{"a": 1}',
  };
  const output = [reasoning, search, said, call];
  server.answer(() => streamOfEvents([completed(output)]));
  const request = modelRequest({ model: "openai:gpt-5" });
  const { events } = await hear(request);
  const parts = events.flatMap((event) => (event.kind === "part" ? [event.part] : []));
  const result = {
    kind: "tool" as const,
    id: "call_1",
    name: "look",
    content: [{ kind: "text" as const, text: "seen" }],
    isError: false,
  };
  await hear({ ...request, messages: [...request.messages, { kind: "assistant", parts }, result] });
  expect(server.sent[1]?.body.input).toEqual([
    { role: "user", content: [{ type: "input_text", text: "Hello" }] },
    ...output,
    { type: "function_call_output", call_id: "call_1", output: "seen" },
  ]);
});

test("an image and a PDF are sent as data URLs", async () => {
  server.answer(() => streamOfEvents([completed([message("msg_1", "Hi.")])]));
  const content = [
    bytesAttachment("dot.png", "image/png", new Uint8Array([1, 2, 3])),
    bytesAttachment("page.pdf", "application/pdf", new Uint8Array([4, 5])),
  ];
  await hear(modelRequest({ messages: [{ kind: "user", content }] }));
  expect(server.sent[0]?.body.input).toEqual([
    {
      role: "user",
      content: [
        { type: "input_image", detail: "auto", image_url: "data:image/png;base64,AQID" },
        { type: "input_file", filename: "page.pdf", file_data: "data:application/pdf;base64,BAU=" },
      ],
    },
  ]);
});

test("a request that the API cannot be told is refused before anything is sent", async () => {
  const settings = { stopSequences: ["END"] };
  const { thrown } = await hear(modelRequest({ settings, messages: [userText("x")] }));
  expect(thrown).toMatchObject({
    code: "configuration",
    message: 'Failed to ask "openai:gpt-4.1": openai does not take settings.stop_sequences',
  });
  expect(server.sent).toHaveLength(0);
});
