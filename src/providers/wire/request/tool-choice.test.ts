import { describe, expect, test } from "vitest";
import { type Message, userText } from "../../../model/message.ts";
import type { ModelRequest } from "../../../model/request.ts";
import { DEFAULT_SWITCHES } from "../server-switches.ts";
import { choiceOf } from "./tool-choice.ts";

const tools = ["look", "read_file"].map((name) => ({
  name,
  description: "",
  inputSchema: { type: "object" },
}));
const answered: Message = { kind: "assistant", parts: [{ kind: "text", text: "Hm." }] };

function request(toolChoice: string | undefined, fields: Partial<ModelRequest> = {}): ModelRequest {
  const settings = toolChoice === undefined ? {} : { toolChoice };
  const rest = { model: "acme:m", system: "", serverTools: [], messages: [userText("Go.")] };
  return { ...rest, tools, settings, ...fields };
}

describe("what a request asks about calling tools", () => {
  test.each([
    [undefined, undefined],
    ["auto", { kind: "auto" }],
    ["none", { kind: "none" }],
    ["required", { kind: "required" }],
    ["look", { kind: "tool", name: "look" }],
  ])("%s at first is %j", (choice, asked) => {
    expect(choiceOf(request(choice), DEFAULT_SWITCHES)).toEqual(asked);
  });

  test.each([
    ["none", { kind: "none" }],
    ["required", { kind: "auto" }],
    ["look", { kind: "auto" }],
  ])("%s after an answer is %j", (choice, asked) => {
    const messages = [userText("Go."), answered, userText("Again.")];
    expect(choiceOf(request(choice, { messages }), DEFAULT_SWITCHES)).toEqual(asked);
  });

  test.each(["auto", "none"])("%s without tools is not sent", (choice) => {
    expect(choiceOf(request(choice, { tools: [] }), DEFAULT_SWITCHES)).toBeUndefined();
  });
});

describe("a choice that cannot be kept is refused", () => {
  test.each([
    ["required", { tools: [] }, "settings.tool_choice is required, and the worker has no tools"],
    ["look", { tools: [] }, "settings.tool_choice is look, and the worker has no tools"],
    ["read_fil", {}, 'settings.tool_choice names "read_fil", not a tool of the worker'],
  ])("%s", (choice, fields, what) => {
    expect(() => choiceOf(request(choice, fields), DEFAULT_SWITCHES)).toThrow(what);
  });

  test("with the nearest name", () => {
    expect(() => choiceOf(request("read_fil"), DEFAULT_SWITCHES)).toThrow(
      expect.objectContaining({
        tries: expect.arrayContaining(["write settings.tool_choice: read_file"]),
      }),
    );
  });

  test.each([
    ["no-name", "look"],
    ["auto-only", "look"],
    ["auto-only", "required"],
    ["none", "required"],
    ["none", "none"],
  ] as const)("by a server of the kind %s: %s", (toolChoice, choice) => {
    expect(() => choiceOf(request(choice), { toolChoice })).toThrow("settings.tool_choice");
  });

  test.each([
    ["no-name", "required", { kind: "required" }],
    ["auto-only", "none", { kind: "none" }],
    ["none", "auto", undefined],
  ] as const)("but a server of the kind %s takes %s", (toolChoice, choice, asked) => {
    expect(choiceOf(request(choice), { toolChoice })).toEqual(asked);
  });

  test("in every request of a conversation, not only in the first", () => {
    const messages = [userText("Go."), answered];
    expect(() => choiceOf(request("required", { messages }), { toolChoice: "none" })).toThrow();
  });
});
