"""How fast positions come in and how long the questions of a floor take: run.py --binary PATH [--rows N] [--days N] [--peer N]

Beside it MovingPandas clips the walks of a smaller file by the zones; both are asked for the time within each zone of it. The
sample shop's plan is used. Prints a table.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLAN = HERE / "../../samples/floor/sites/west-lake.json"
WORKSPACE = "place"
SITE = "west-lake"
# The first day of `positions.py`.
FIRST = "2026-03-02"


def main():
    args = arguments()
    folder = Path(tempfile.mkdtemp(prefix="bench-place-", dir=args.work))
    try:
        report(args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--work", help="where positions and lake are put, gone in the end")
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--peer", type=int, default=60_000, help="positions of the file MovingPandas reads; 0: none")
    return parser.parse_args()


class Product:
    """The command line on one data folder; each command a process of its own."""

    def __init__(self, binary: str, data: Path, site: dict):
        self.binary, self.data = binary, data
        plan = data.parent / f"{SITE}.json"
        plan.write_text(json.dumps(site))
        self.run("workspace", "create", WORKSPACE, "--name", "Place", "--zone", "UTC")
        self.run("place", "site", "add", str(plan), "-w", WORKSPACE)

    def run(self, *args: str) -> tuple[float, float, str]:
        """Seconds, megabytes of memory at most, and what was printed."""
        begun = time.monotonic()
        child = subprocess.Popen([self.binary, "--data", str(self.data), *args], stdout=subprocess.PIPE, text=True)
        printed = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(args)} ended with {status}")
        return time.monotonic() - begun, used.ru_maxrss / 1_024, printed

    def bring(self, file: Path) -> tuple[float, float, str]:
        return self.run("place", "import", str(file), "--site", SITE, "-w", WORKSPACE)

    def ask(self, what: str, *more: str) -> tuple[float, float, dict]:
        seconds, memory, printed = self.run("place", what, "--site", SITE, "-w", WORKSPACE, "--json", *more)
        return seconds, memory, json.loads(printed)


def shop() -> dict:
    """The sample shop with one plan for all days; receipts are not asked for."""
    site = json.loads(PLAN.read_text())
    site["plans"] = site["plans"][:1]
    site["rules"].pop("receipts", None)
    return site


def positions(file: Path, number: int, rows: int) -> int:
    """Writes a day of positions; how many. In a process of its own: what this one holds would count as its children's memory."""
    call = [sys.executable, str(HERE / "positions.py"), str(file), str(number), str(rows), str(PLAN)]
    return int(subprocess.run(call, check=True, capture_output=True, text=True).stdout)


def report(args, folder: Path):
    site = shop()
    lines = []
    product = Product(args.binary, folder / "data", site)
    seconds = memory = rows = 0
    for number in range(args.days):
        file = folder / "day.csv"
        made = positions(file, number, args.rows // args.days)
        took, most, _ = product.bring(file)
        seconds, memory, rows = seconds + took, max(memory, most), rows + made
        file.unlink()
        print(f"day {number + 1} of {args.days}: {made:,} positions in {took:.1f} s", file=sys.stderr)
    bytes_ = sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
    lines.append((f"{rows:,} positions imported, {args.days} days", seconds, memory, f"{rows / seconds:,.0f} a second; {bytes_ / rows:.1f} bytes each on disk"))
    one = ("--from", FIRST, "--to", FIRST)
    for what, span, days in [(what, span, days) for span, days in ((one, "a day"), ((), "all days")) for what in ("zones", "flows", "heat")]:
        took, most, answer = product.ask(what, *span)
        lines.append((f"{what}, {days}", took, most, f"{answer['meta']['report']['sightings'] / took:,.0f} positions a second"))
    if args.peer:
        lines += beside(args, folder, site)
    print("| what | s | MB | |\n| --- | --: | --: | --- |")
    for what, seconds, memory, note in lines:
        print(f"| {what} | {seconds:.2f} | {memory:,.0f} | {note} |")


def beside(args, folder: Path, site: dict) -> list[tuple[str, float, float, str]]:
    """The same time within each zone, by the product and by MovingPandas."""
    # Without the rules that leave something out or move it, which MovingPandas has not.
    plain = json.loads(json.dumps(site))
    plain["rules"] = {"cleaning": {"smooth": False, "speed_max_m_s": None, "snap_m": None}, "visits": {"least_seconds": 0.0}, "shown_from": 1}
    product = Product(args.binary, folder / "peer", plain)
    file = folder / "peer.csv"
    made = positions(file, 0, args.peer)
    bring, most, _ = product.bring(file)
    ask, more, answer = product.ask("zones")
    clip = subprocess.run([sys.executable, HERE / "clip.py", file, PLAN], check=True, capture_output=True, text=True)
    peer = json.loads(clip.stdout)
    ours = {zone["zone"]: zone["exact_seconds"] for zone in answer["zones"]}
    apart = max((abs(ours.get(zone, 0) - seconds), zone) for zone, seconds in peer["zones"].items())
    note = f"{made:,} positions; {len(peer['zones'])} zones, furthest apart by {apart[0]:.1f} s of {ours.get(apart[1], 0):,.0f} ({apart[1]})"
    return [("time within zones, import and question", bring + ask, max(most, more), note), ("MovingPandas: the same", peer["seconds"], peer["megabytes"], f"{peer['failed']} walks it could not clip")]


if __name__ == "__main__":
    main()
