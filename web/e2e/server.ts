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

export default async function start(): Promise<() => Promise<void>> {
  if (process.env["THROUGHLINE_URL"]) return async () => undefined;
  const target = process.env["CARGO_TARGET_DIR"] ?? join(repository, "target");
  const binary = process.env["THROUGHLINE_BIN"] ?? join(target, "debug/throughline");
  if (!existsSync(binary)) throw new Error(`there is no ${binary}; run \`make build\` or set THROUGHLINE_BIN`);
  const given = process.env["THROUGHLINE_DATA"];
  const data = given ?? mkdtempSync(join(tmpdir(), "throughline-e2e-"));
  if (!given) {
    execFileSync(binary, ["demo", "--data", data, "--samples", join(repository, "samples"), "--no-serve"], { stdio: "inherit" });
  }
  const server = spawn(binary, ["serve", "--open", "--data", data, "--listen", "127.0.0.1:0", "--print-url"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.env["THROUGHLINE_URL"] = await printedUrl(server);
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    if (!given) rmSync(data, { recursive: true, force: true });
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
