import { extrasOf } from "../wire/extra.ts";

export const { extraOf, ownData } = extrasOf("anthropic");
