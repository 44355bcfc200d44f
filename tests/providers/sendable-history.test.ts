import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import type { Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { encodeRequest as encodeAnthropic } from "../../src/providers/anthropic/encode-request.ts";
import { rulesFor as anthropicRules } from "../../src/providers/anthropic/wire-rules.ts";
import { encodeRequest as encodeChat } from "../../src/providers/openai-chat/encode-request.ts";
import { rulesFor as chatRules } from "../../src/providers/openai-chat/wire-rules.ts";
import { encodeRequest as encodeResponses } from "../../src/providers/openai-responses/encode-request.ts";
import { rulesFor as responsesRules } from "../../src/providers/openai-responses/wire-rules.ts";
import {
  PROVIDERS,
  type ProviderRow,
  switchesOf,
} from "../../src/providers/table/provider-table.ts";
import { prepareRequest } from "../../src/providers/wire/request/prepare-request.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";
import type { WireRules } from "../../src/providers/wire/wire-rules.ts";
import { anyRequest } from "./any-history.ts";
import { ANTHROPIC_RULES, endsWithUser } from "./api-rules/anthropic.ts";
import { type ApiRule, broken, textsIn } from "./api-rules/body.ts";
import { MISTRAL_RULES } from "./api-rules/mistral.ts";
import { callIdsAreShort, OPENAI_CHAT_RULES } from "./api-rules/openai-chat.ts";
import { OPENAI_RESPONSES_RULES } from "./api-rules/openai-responses.ts";

interface Api {
  readonly model: string;
  readonly page: string;
  readonly rules: readonly ApiRule[];
  readonly wireRules: (request: ModelRequest) => WireRules;
  readonly encode: (request: ModelRequest) => unknown;
}

function chatApi(provider: string, rules: readonly ApiRule[]): Api {
  const row = PROVIDERS[provider] as ProviderRow; // named below
  return {
    model: `${provider}:m`,
    page: "openai-chat",
    rules,
    wireRules: () => chatRules(switchesOf(row)),
    encode: (request) => encodeChat(request, switchesOf(row)),
  };
}

const anthropic = {
  page: "anthropic",
  wireRules: (request: ModelRequest) => anthropicRules(request, DEFAULT_SWITCHES),
  encode: (request: ModelRequest) => encodeAnthropic(request),
};

const APIS: Readonly<Record<string, Api>> = {
  Anthropic: { ...anthropic, model: "anthropic:claude-haiku-4-5", rules: ANTHROPIC_RULES },
  "Anthropic without prefill": {
    ...anthropic,
    model: "anthropic:claude-sonnet-4-6",
    rules: [...ANTHROPIC_RULES, endsWithUser],
  },
  "Chat Completions": chatApi("ollama", OPENAI_CHAT_RULES),
  "OpenAI's Chat Completions": chatApi("openai-chat", [...OPENAI_CHAT_RULES, callIdsAreShort]),
  Mistral: chatApi("mistral", MISTRAL_RULES),
  "the Responses API": {
    model: "openai:gpt-5",
    page: "openai-responses",
    rules: OPENAI_RESPONSES_RULES,
    wireRules: () => responsesRules(DEFAULT_SWITCHES),
    encode: (request) => encodeResponses(request),
  },
};

/** What is sent, read as the server reads it. */
function bodyOf(api: Api, request: ModelRequest): JsonObject {
  return JSON.parse(JSON.stringify(api.encode(request)));
}

/** Every text that somebody said: the user, the model, and each tool. */
function saidIn(messages: readonly Message[]): string[] {
  const said = messages.flatMap((message) =>
    (message.kind === "assistant" ? message.parts : message.content).flatMap((part) =>
      part.kind === "text" ? [part.text] : [],
    ),
  );
  return said.map((text) => text.toWellFormed().trim()).filter((text) => text !== "");
}

/** What the files of a history are known by in a body. */
const FILE_MARKS = ["AQIDBAUG", "text of the file", "BwgJCgsM", "https://a.example/x.png"];

function filesWith(messages: readonly Message[], mark: string): number {
  const files = messages.flatMap((message) =>
    message.kind === "assistant" ? [] : message.content.filter(({ kind }) => kind !== "text"),
  );
  const told = files.map((file) =>
    file.kind === "attachment"
      ? [Buffer.from(file.bytes).toString("base64"), Buffer.from(file.bytes).toString()]
      : [file.kind === "attachment-url" ? file.url : ""],
  );
  return told.filter((words) => words.includes(mark)).length;
}

describe.each(Object.entries(APIS))("whatever a history holds, on %s", (_name, api) => {
  const request = anyRequest(api.model);

  test("the body breaks none of the API's rules", () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(broken(api.rules, bodyOf(api, asked))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("nothing that somebody said is lost", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const sent = textsIn(bodyOf(api, asked)).join("\n");
        expect(saidIn(asked.messages).filter((text) => !sent.includes(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("no file is lost", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const sent = textsIn(bodyOf(api, asked)).join("\n");
        for (const mark of FILE_MARKS) {
          expect(sent.split(mark).length - 1).toBe(filesWith(asked.messages, mark));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("what is sendable is sent as it is", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const once = prepareRequest(asked, api.wireRules(asked));
        expect(prepareRequest(once, api.wireRules(once))).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });

  test("the request itself is not changed", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const before = structuredClone(asked);
        api.encode(asked);
        expect(asked).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  test("its page has a row for each rule", () => {
    const page = readFileSync(`docs/wire/${api.page}.md`, "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const { name } of api.rules) {
      expect(
        rows.filter((row) => row.includes(`\`${name}\``)),
        name,
      ).not.toEqual([]);
    }
  });
});
