/** Stands in for `node:child_process` where commander imports it; see build.ts. */
const unused = {};

// biome-ignore lint/style/noDefaultExport: commander imports the default
export default unused;
