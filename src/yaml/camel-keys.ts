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

function camelKey(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
