/** Stands in for `node:child_process` in commander, which starts subcommands that are programs of
 * their own with it; there are none. */
const unused = {};

// biome-ignore lint/style/noDefaultExport: commander imports the default
export default unused;
