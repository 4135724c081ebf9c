"""One peer as a process of its own.

    python worker.py ENGINE DATA FOLDER [--filter]

DATA is a Parquet file by customer and time, FOLDER is where the peer may keep tables. Prints a line {"ready": …} once
it has loaded; then for each line with a question's letter one line {"rows", "wall_s", "cpu_s", "peak_mb"}. What is
measured is the question with fetching its rows, not writing them out here.
"""

import importlib
import json
import os
import pathlib
import sys

from meter import Meter

ENGINES = {
    "clickhouse-enum": ("clickhouse", "enum"),
    "clickhouse-lowcard": ("clickhouse", "lowcard"),
    "clickhouse-parquet": ("clickhouse", "parquet"),
    "duckdb-table": ("duck", "table"),
    "duckdb-parquet": ("duck", "parquet"),
    "polars": ("polar", "parquet"),
    "naive": ("naive", "parquet"),
}


def main():
    name, data, folder, *filtered = sys.argv[1:]
    module, form = ENGINES[name]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    threads = int(os.environ.get("BENCH_THREADS", os.cpu_count()))
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    engine = importlib.import_module(module).Engine(pathlib.Path(data), folder, form, bool(filtered), threads)
    meter = Meter(os.getpid())
    print(json.dumps(dict(ready=name)), flush=True)
    for line in sys.stdin:
        try:
            meter.begin()
            rows = engine.ask(line.strip())
            answer = dict(meter.end(), rows=rows)
        except Exception as error:  # whatever a peer fails with is its answer
            answer = dict(error=f"{type(error).__name__}: {error}"[:600])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
