// A made-up shop with a day of positions, brought in by the command line as people do it.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import type { Site } from "../src/api/types";
import type { Running } from "./server";
import { SAMPLES, binary, newFolder, serve } from "./server";

export const FLOORS = "shop";
export const SITE = "shop-a";
/** The day of the positions, and its first second. */
export const DAY = "2026-03-01";
const BEGIN_MS = Date.parse(`${DAY}T08:00:00+08:00`);

const FOLDER = join(SAMPLES, "../testdata/place/synth_store");

/** The shop's site as its plan gives it, named in both languages, with its entrance. */
function siteOf(run: (...words: string[]) => string): Site {
  const { site } = JSON.parse(run("place", "plan", join(FOLDER, "A_floor.geojson"), "--site", SITE, "--zone", "Asia/Shanghai", "--json")) as { site: Site };
  const floor = site.plans[0]?.floors[0];
  floor?.zones?.push({ id: "front", name: { "zh-CN": "入口", en: "Front" }, kind: "entrance", shape: [[0, -1], [30, -1], [30, 1.5], [0, 1.5]] });
  // The positions are exact: nothing is to be smoothed.
  return { ...site, name: { "zh-CN": "示范店", en: "Model shop" }, rules: { cleaning: { speed_max_m_s: null, smooth: false, snap_m: null } } as unknown as NonNullable<Site["rules"]> };
}

function positions(): string {
  const lines = gunzipSync(readFileSync(join(FOLDER, "A_tracks.csv.gz"))).toString("utf8").trim().split(/\r?\n/);
  const names = (lines[0] ?? "").split(",");
  const [track, second, x, y] = ["track_id", "t_s", "x_m", "y_m"].map((name) => names.indexOf(name));
  const rows = lines.slice(1).map((line) => {
    const cells = line.split(",");
    const time = new Date(BEGIN_MS + Number(cells[second ?? 0]) * 1000).toISOString();
    return `sensor-7-${cells[track ?? 0]},${time},${cells[x ?? 0]},${cells[y ?? 0]},,`;
  });
  return `track_id,t,x,y,floor,kind\n${rows.join("\n")}\n`;
}

/** A server with the shop, open to anyone on this machine. `empty`: with its workspace and nothing in it. */
export async function floors({ empty = false } = {}): Promise<Running> {
  const data = newFolder();
  const run = (...words: string[]) => execFileSync(binary(), ["--data", data, ...words], { encoding: "utf8" });
  run("workspace", "create", FLOORS, "--name", "Shop", "--zone", "Asia/Shanghai");
  if (!empty) {
    const [site, csv] = [join(data, "../", `${FLOORS}-${process.pid}.json`), join(data, "../", `${FLOORS}-${process.pid}.csv`)];
    writeFileSync(site, JSON.stringify(siteOf(run)));
    writeFileSync(csv, positions());
    run("place", "site", "add", site, "-w", FLOORS);
    run("place", "import", csv, "--site", SITE, "-w", FLOORS);
    for (const file of [site, csv]) rmSync(file);
  }
  const server = await serve(data, ["--open"]);
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
