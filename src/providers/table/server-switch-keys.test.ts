import { expect, test } from "vitest";
import { camelKeys } from "../../format/camel-keys.ts";
import { DEFAULT_SWITCHES } from "../wire/server-switches.ts";
import { SWITCH_KEYS } from "./server-switch-keys.ts";

test("every switch has a key of its own name", () => {
  expect(Object.keys(camelKeys(SWITCH_KEYS))).toEqual(Object.keys(DEFAULT_SWITCHES));
});
