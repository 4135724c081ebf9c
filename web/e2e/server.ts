// Starts the real binary on a free port with the sample workspaces, unless THROUGHLINE_URL names a running one.
//
// THROUGHLINE_BIN: the binary, else the debug build of this checkout. THROUGHLINE_DATA: a data folder with the
// samples loaded, else one is made for the run.
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

export interface Running {
  url: string;
  stop: () => Promise<void>;
}

export default async function start(): Promise<() => Promise<void>> {
  if (process.env["THROUGHLINE_URL"]) return async () => undefined;
  const given = process.env["THROUGHLINE_DATA"];
  const data = given ?? mkdtempSync(join(tmpdir(), "throughline-e2e-"));
  if (!given) command(["demo", "--data", data, "--samples", join(repository, "samples"), "--no-serve"]);
  const server = await serve(data);
  process.env["THROUGHLINE_URL"] = server.url;
  return async () => {
    await server.stop();
    if (!given) rmSync(data, { recursive: true, force: true });
  };
}

/**
 * A server with nothing but an empty workspace, for stories that send events: sent to the samples they would move what
 * other stories read off them.
 */
export async function startEmpty(workspace: string): Promise<Running> {
  const data = mkdtempSync(join(tmpdir(), "throughline-e2e-"));
  command(["workspace", "create", workspace, "--data", data, "--name", "Shop", "--zone", "Asia/Shanghai", "--currency", "CNY"]);
  const { url, stop } = await serve(data);
  return {
    url,
    stop: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function binary(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? join(repository, "target");
  const path = process.env["THROUGHLINE_BIN"] ?? join(target, "debug/throughline");
  if (!existsSync(path)) throw new Error(`there is no ${path}; run \`make build\` or set THROUGHLINE_BIN`);
  return path;
}

function command(words: string[]): void {
  execFileSync(binary(), words, { stdio: "inherit" });
}

async function serve(data: string): Promise<Running> {
  const server = spawn(binary(), ["serve", "--data", data, "--listen", "127.0.0.1:0", "--print-url"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await printedUrl(server);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    },
  };
}

/** The first line of the server's output that is an address. */
function printedUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it printed its address`)));
    if (!server.stdout) return reject(new Error("the server has no output"));
    createInterface(server.stdout).on("line", (line) => {
      if (line.startsWith("http")) resolve(line.trim().replace(/\/$/, ""));
    });
  });
}
