type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

export type CamelKeys<Fields> = {
  [Key in keyof Fields as Key extends string ? Camel<Key> : never]: Fields[Key];
};

/** The same fields under the names that code uses: `max_tokens` becomes `maxTokens`. */
export function camelKeys<Fields extends object>(fields: Fields): CamelKeys<Fields> {
  const entries = Object.entries(fields).map(([key, value]) => [camelKey(key), value] as const);
  return Object.fromEntries(entries) as CamelKeys<Fields>; // the type says what the line above does
}

/** The name that code uses for a key: `max_tokens` is `maxTokens`. */
export function camelKey(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A key as its author wrote it, from the name that code uses: `maxTokens` is `max_tokens`. For every
 * message that names a setting.
 */
export function snakeKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
