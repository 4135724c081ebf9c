#!/usr/bin/env python3
"""Import rate, bytes per event on disk and peak memory of the release binary on generated events.

python bench/import.py --binary target/release/throughline --events 10000000 --work DIR

Beside ours the same file is rewritten by pyarrow (read, sort by customer and time, write with zstd) in the same
run, so that the machine's speed at that moment is known: trust the ratio, not the absolute rate.
"""
import argparse, json, os, pathlib, shutil, subprocess, sys, time

here = pathlib.Path(__file__).parent


def measured(command):
    """Runs a command; wall seconds, CPU seconds and peak resident MB of that process alone."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with status {status}: {out[-2000:]}")
    return dict(wall_s=round(time.monotonic() - started, 2), cpu_s=round(usage.ru_utime + usage.ru_stime, 2),
                peak_mb=usage.ru_maxrss // 1024), out


PEER = """
import sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1]).sort_by([("customer_id", "ascending"), ("time", "ascending")])
pq.write_table(table, sys.argv[2], compression="zstd")
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    work = pathlib.Path(args.work)
    data = work / f"events-{args.events}"
    if not (data / "meta.json").exists():
        subprocess.run([sys.executable, here / "gen.py", "--events", str(args.events), "--out", data, "--arrival"], check=True)
    events = json.loads((data / "meta.json").read_text())["events"]
    file = data / "arrival.parquet"
    home = work / "data"
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([args.binary, "workspace", "create", "bench", "--data", home], check=True, stdout=subprocess.DEVNULL)
    ours, out = measured([args.binary, "import", file, "--mapping", here / "mapping.yaml", "--workspace", "bench",
                          "--data", home, "--json"])
    compact, _ = measured([args.binary, "lake", "compact", "--workspace", "bench", "--data", home, "--json"])
    lake = home / "workspaces" / "bench"
    live = json.loads(subprocess.run([args.binary, "lake", "status", "--workspace", "bench", "--data", home, "--json"],
                                     check=True, capture_output=True, text=True).stdout)
    peer, _ = measured([sys.executable, "-c", PEER, file, work / "peer.parquet"])
    result = dict(
        events=events,
        source_bytes_per_event=round(file.stat().st_size / events, 2),
        import_=dict(**ours, events_per_s=round(events / ours["wall_s"])),
        bytes_per_event=round(live["events"]["bytes"] / live["events"]["rows"], 2),
        peak_memory_mb=max(ours["peak_mb"], compact["peak_mb"]),
        compact=compact,
        status=live,
        peer_pyarrow=dict(**peer, events_per_s=round(events / peer["wall_s"]),
                          bytes_per_event=round((work / "peer.parquet").stat().st_size / events, 2)),
        lake_bytes=sum(f.stat().st_size for f in lake.rglob("*") if f.is_file()),
    )
    print(json.dumps(result, indent=1))
    print(f"{result['import_']['events_per_s']:,} events/s imported, {result['bytes_per_event']} bytes an event on disk, "
          f"peak memory {ours['peak_mb']:,} MB importing and {compact['peak_mb']:,} MB compacting", file=sys.stderr)


main()
