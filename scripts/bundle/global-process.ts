/** `node:process` for the bundle: importing the module itself opens all its lazy parts. */
// biome-ignore lint/style/noDefaultExport: as node:process has it
export default globalThis.process;
