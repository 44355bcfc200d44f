import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SECRET = "only the owner of this file may know these words";
const VARIABLE = "SANDBOX_ATTACK_SECRET";

/** What a program that got out could reach: a server, files, a process, the environment. */
export class Bait implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "sandbox-attack-"));
  readonly #server: Server;
  readonly #victim: ChildProcess;
  #reached = 0;

  private constructor() {
    writeFileSync(this.#secretFile, SECRET);
    process.env[VARIABLE] = SECRET;
    this.#server = createServer((socket) => {
      this.#reached++;
      socket.destroy();
    });
    this.#victim = spawn(process.execPath, ["-e", "setInterval(() => 1, 1e6)"], {
      stdio: "ignore",
    });
  }

  static async lay(): Promise<Bait> {
    const bait = new Bait();
    bait.#server.listen(0, "127.0.0.1");
    await once(bait.#server, "listening");
    return bait;
  }

  get #secretFile(): string {
    return join(this.#folder, "secret.txt");
  }

  get #madeFile(): string {
    return join(this.#folder, "made.txt");
  }

  /** A program's code with what it is to try its luck on. */
  in(code: string): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP
    return code
      .replaceAll("SECRET_FILE", this.#secretFile)
      .replaceAll("FILE", this.#madeFile)
      .replaceAll("PORT", String(port))
      .replaceAll("PID", String(this.#victim.pid));
  }

  /** What a program has reached since it was last asked, and what it gave away. */
  taken(said: string): readonly string[] {
    const found = [
      this.#reached > 0 && "it reached a server",
      existsSync(this.#madeFile) && "it wrote a file",
      readFileSync(this.#secretFile, "utf8") !== SECRET && "it changed a file",
      (this.#victim.exitCode !== null || this.#victim.signalCode !== null) && "it killed a process",
      said.includes(SECRET) && "it read a file or the environment",
      Object.keys(Object.prototype).length > 0 && "it changed the objects of this process",
    ];
    this.#reached = 0;
    rmSync(this.#madeFile, { force: true });
    return found.filter((what) => what !== false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env[VARIABLE];
    this.#victim.kill("SIGKILL");
    this.#server.close();
    await once(this.#server, "close");
    rmSync(this.#folder, { recursive: true });
  }
}
