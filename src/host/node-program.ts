import process from "node:process";

/** The path of the Node that runs this program, to start another one like it. */
export const NODE_PROGRAM: string = process.execPath;
