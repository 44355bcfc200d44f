import { builtinModules, createRequire } from "node:module";

/**
 * Modules of Node that cost milliseconds to load and of which a start needs nothing. Their functions
 * load them when they are called; their classes and constants are needed at once and load them as usual.
 */
const LOADED_BY_CALLS: ReadonlySet<string> = new Set([
  "child_process",
  "crypto",
  "net",
  "timers/promises",
  "util",
  "v8",
  "vm",
]);

const require = createRequire(import.meta.url);

/** The name of a module of Node without `node:`; `undefined` for other modules. */
export function builtinName(id: string): string | undefined {
  const name = id.replace(/^node:/, "");
  return builtinModules.includes(name) ? name : undefined;
}

/**
 * The text of a module that stands for a module of Node in the bundle. An `import` of Node's own reads
 * every export, getters included: that of `node:fs` loads all streams, which takes a quarter of the time
 * that an empty program takes. Exports that nobody imports are left out of the bundle.
 */
export function builtinStandIn(name: string): string {
  const id = JSON.stringify(`node:${name}`);
  const library = require(`node:${name}`) as Readonly<Record<string, unknown>>;
  const names = Object.keys(library).filter(
    (key) => /^[A-Za-z_]\w*$/.test(key) && key !== "default",
  );
  const lazily = (key: string) => LOADED_BY_CALLS.has(name) && isPlainFunction(library, key);
  return [
    `const loadBuiltin = () => process.getBuiltinModule(${id});`,
    `const builtin = /* @__PURE__ */ loadBuiltin();`,
    "export default builtin;",
    ...names.map((key) =>
      lazily(key)
        ? `export const ${key} = (...args) => loadBuiltin().${key}(...args);`
        : `export const ${key} = builtin.${key};`,
    ),
  ].join("\n");
}

/** Classes are called with `new`, and some functions, such as `exec`, have properties of their own. */
function isPlainFunction(library: Readonly<Record<string, unknown>>, key: string): boolean {
  const { value } = Object.getOwnPropertyDescriptor(library, key) ?? {};
  return typeof value === "function" && /^[a-z]/.test(key) && Reflect.ownKeys(value).every(isUsual);
}

function isUsual(key: string | symbol): boolean {
  return key === "length" || key === "name" || key === "prototype";
}
