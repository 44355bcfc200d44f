import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { shippedFile } from "../../shipped-file.ts";

/**
 * What the sandbox's process is given of the engine. It gets texts, not paths, so that it needs
 * permission to read nothing at all.
 */
export interface EngineFiles {
  /** The texts of the engine's modules, by URLs that stand for them. */
  readonly modules: Readonly<Record<string, string>>;
  /** Those URLs by the names under which they are imported. */
  readonly names: Readonly<Record<string, string>>;
  /** The engine as WebAssembly, in base64. */
  readonly wasm: string;
  /** What runs in the engine before a candidate. */
  readonly prelude: string;
}

const CORE = "quickjs-emscripten-core";
const TYPES = "@jitl/quickjs-ffi-types";
const BUILD = "@jitl/quickjs-wasmfile-release-sync";

/** Which module of a package's folder answers to which name. */
const ENTRIES = [
  { name: CORE, of: CORE, file: "index.mjs" },
  { name: TYPES, of: TYPES, file: "index.mjs" },
  { name: BUILD, of: BUILD, file: "index.mjs" },
  { name: `${BUILD}/emscripten-module`, of: BUILD, file: "emscripten-module.mjs" },
] as const;

const MODULE = /(?<!\.browser)\.mjs$/;

/**
 * Reads the engine from the installed packages.
 *
 * @throws Error when one of them is missing
 */
export function engineFiles(files: FileSystem): EngineFiles {
  const folders = packageFolders();
  const modules: Record<string, string> = {};
  for (const folder of Object.values(folders)) {
    for (const name of files.list(folder).filter((file) => MODULE.test(file))) {
      const path = join(folder, name);
      modules[pathToFileURL(path).href] = files.readText(path);
    }
  }
  const named = ENTRIES.map(({ name, of, file }) => {
    return [name, pathToFileURL(join(folders[of], file)).href] as const;
  });
  const wasm = files.readBytes(join(folders[BUILD], "emscripten-module.wasm"));
  return {
    modules,
    names: Object.fromEntries(named),
    wasm: Buffer.from(wasm).toString("base64"),
    prelude: files.readText(shippedFile("sandbox-prelude.js", files)),
  };
}

/** The folder of each package's modules. */
function packageFolders() {
  const require = createRequire(import.meta.url);
  const core = require.resolve(CORE);
  return {
    [CORE]: dirname(core),
    [BUILD]: dirname(require.resolve(BUILD)),
    [TYPES]: dirname(createRequire(core).resolve(TYPES)),
  };
}
