#!/usr/bin/env python3
"""The product beside ClickHouse, DuckDB and Polars: the same questions, in one run.

    python compare.py --binary target/release/throughline --work DIR [--events 10000000]
                      [--rounds import,clean,dirty,live,cancel] [--questions a,b,c,d,e,f,g,h] [--repetitions 3]
                      [--peers polars,clickhouse-enum,…] [--write]

Ends with 1 if answers differ. See README.md.
"""

import argparse
import datetime
import importlib.metadata
import os
import pathlib
import subprocess
import sys

import report
import rounds
from engines import PEERS
from product import Failed
from questions import QUESTIONS

HERE = pathlib.Path(__file__).parent
ROUNDS = ["import", "clean", "dirty", "live", "cancel"]
# Tables of fewer events say more of the engines' start than of their speed.
WRITTEN_FROM = 1_000_000


def several(known):
    def read(given):
        chosen = given.split(",")
        for one in chosen:
            if one not in known:
                raise argparse.ArgumentTypeError(f"`{one}` is none of {', '.join(known)}")
        return chosen
    return read


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the product's release binary")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for events, lakes and tables; kept")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=several(ROUNDS), default=ROUNDS)
    parser.add_argument("--questions", type=several(list(QUESTIONS)), default=list(QUESTIONS))
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--peers", type=several(PEERS), default=PEERS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--write", action="store_true", help="write the tables into docs/reference/performance*.md, if "
                        f"all questions are asked of at least {WRITTEN_FROM:,} events")
    return parser.parse_args()


def machine(threads):
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = {"ClickHouse (chdb)": "chdb", "chdb-core": "chdb-core", "DuckDB": "duckdb", "Polars": "polars"}
    versions = ", ".join(f"{name} {importlib.metadata.version(package)}" for name, package in names.items())
    return dict(cpu=cpu, cores=os.cpu_count(), memory=round(memory), threads=threads, versions=versions, load=load(),
                day=datetime.date.today().isoformat())


def load():
    return f"{os.getloadavg()[0]:.1f}"


def main():
    args = arguments()
    work = args.work / f"events-{args.events}"
    data = work / "events"
    if not (data / "meta.json").exists():
        subprocess.run([sys.executable, HERE / "generate.py", "--events", str(args.events), "--out", data], check=True)
    setting = rounds.Setting(str(pathlib.Path(args.binary).resolve()), data, work, args.threads, args.repetitions,
                             args.questions, args.peers)
    whole = len(args.questions) == len(QUESTIONS) and args.events >= WRITTEN_FROM
    differs = False
    for name in args.rounds:
        print(f"== {name}", file=sys.stderr, flush=True)
        around = machine(args.threads)
        result = getattr(rounds, f"{name}_round")(setting)
        result = dict(result, machine=dict(around, load_after=load()))
        print(report.text(name, result, "en"))
        differs = differs or bool(result.get("differing"))
        if args.write and whole and not result.get("differing"):
            report.write(name, result)
    return 1 if differs else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"compare: {failure}")
