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
export const SAMPLES = join(repository, "samples");

/** A started server. */
export interface Running {
  url: string;
  /** Every line it wrote to its output and its errors so far. */
  lines: string[];
  stop: () => Promise<void>;
}

export default async function start(): Promise<() => Promise<void>> {
  if (process.env["THROUGHLINE_URL"]) return async () => undefined;
  const given = process.env["THROUGHLINE_DATA"];
  const data = given ?? newFolder();
  if (!given) load(data, SAMPLES);
  // The stories are told by whoever sits at this machine; signing in has its own.
  const server = await serve(data, ["--open"]);
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
  const data = newFolder();
  const words = ["workspace", "create", workspace, "--data", data, "--name", "Shop", "--zone", "Asia/Shanghai", "--currency", "CNY"];
  execFileSync(binary(), words, { stdio: "inherit" });
  const server = await serve(data, ["--open"]);
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** An empty folder for the data of a run. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "throughline-e2e-"));
}

/** Loads the sample workspaces of a folder of samples. */
export function load(data: string, samples: string): void {
  execFileSync(binary(), ["demo", "--data", data, "--samples", samples, "--no-serve"], { stdio: "inherit" });
}

/** Serves a data folder on a free port of this machine. */
export async function serve(data: string, options: string[]): Promise<Running> {
  const server = spawn(binary(), ["serve", "--data", data, "--listen", "127.0.0.1:0", "--print-url", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  server.stderr.pipe(process.stderr);
  createInterface(server.stderr).on("line", (line) => lines.push(line));
  const url = await printedUrl(server, lines);
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  };
  return { url, lines, stop };
}

export function binary(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? join(repository, "target");
  const path = process.env["THROUGHLINE_BIN"] ?? join(target, "debug/throughline");
  if (!existsSync(path)) throw new Error(`there is no ${path}; run \`make build\` or set THROUGHLINE_BIN`);
  return path;
}

/** The first line of the server's output that is an address and nothing else. */
function printedUrl(server: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it printed its address`)));
    if (!server.stdout) return reject(new Error("the server has no output"));
    createInterface(server.stdout).on("line", (line) => {
      lines.push(line);
      const address = /^https?:\/\/[^/\s]+\/?$/.exec(line.trim());
      if (address) resolve(address[0].replace(/\/$/, ""));
    });
  });
}
