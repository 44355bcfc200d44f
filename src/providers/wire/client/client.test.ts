import { expect, test } from "vitest";
import type { ProviderConfig } from "../provider-config.ts";
import { sharedClients } from "./client.ts";

const config: ProviderConfig = {
  provider: "here",
  baseUrl: "http://127.0.0.1:1",
  apiKey: "key",
  keyVariable: "KEY",
  headers: {},
  query: {},
};

function counted() {
  const made: ProviderConfig[] = [];
  const clientOf = sharedClients((of) => {
    made.push(of);
    return { send: () => Promise.reject(new Error("nobody sends")) };
  });
  return { made, clientOf };
}

test("equal configurations share a client, others have their own", () => {
  const { made, clientOf } = counted();
  const client = clientOf(config);
  expect(clientOf({ ...config })).toBe(client);
  expect(clientOf({ ...config, apiKey: "other" })).not.toBe(client);
  expect(clientOf({ ...config, headers: { "x-team": "a" } })).not.toBe(client);
  expect(made).toHaveLength(3);
});

test("of many configurations those are kept that were asked for last", () => {
  const { made, clientOf } = counted();
  const first = clientOf(config);
  for (let count = 0; count < 100; count++) {
    clientOf({ ...config, apiKey: `key ${count}` });
    expect(clientOf(config)).toBe(first);
  }
  clientOf({ ...config, apiKey: "key 0" });
  expect(made).toHaveLength(102);
});
