/**
 * What a replay must not load: SDKs of providers, test runners, what holds values to a JSON Schema
 * unless one is written, and what tells binary files, unless one is attached.
 */
const UNWANTED =
  /^(?:@anthropic-ai\/sdk|openai|vitest|msw|zod|@cfworker\/json-schema|file-type|[a-z-]+-sdk)$/;

/** A file of the bundle that holds an SDK: `GROUPS` in `scripts/build.ts`. */
const BUNDLED_SDK = /\/dist\/chunks\/([a-z-]+-sdk)-[^/]+\.js$/;

/**
 * The names of the packages that these modules belong to, and of the bundle's files with SDKs, sorted,
 * each once.
 */
export function packagesOf(moduleUrls: readonly string[]): readonly string[] {
  const names = moduleUrls.flatMap((url) => {
    const [, sdk] = BUNDLED_SDK.exec(url) ?? [];
    if (sdk !== undefined) return [sdk];
    const [, inPackage] = /.*\/node_modules\/(.+)$/.exec(url) ?? [];
    const [scope, name] = inPackage?.split("/") ?? [];
    if (scope === undefined) return [];
    return [scope.startsWith("@") ? `${scope}/${name}` : scope];
  });
  return [...new Set(names)].sort();
}

export function unwantedOf(packages: readonly string[]): readonly string[] {
  return packages.filter((name) => UNWANTED.test(name));
}
