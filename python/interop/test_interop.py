"""Other people's software reads a Throughline lake and gets the same rows.

    python test_interop.py --lake DIR [--expected FILE]
    python test_interop.py --data DIR --binary FILE

Reads the Delta tables of a workspace (the first form: the folder DIR; the second: every workspace in DIR, after
flushing it with the program FILE and against what that program's own SQL says) with `deltalake` and Polars, and the Parquet files the tables list
with DuckDB. What a foreign reader has to do is what the guide tells it: join `events` with `identity` for the
present customer, and count the same `event_id` at the same time once for a customer.

FILE is JSON; every key is optional:
    events     rows after duplicates are removed
    customers  distinct customers that have events
    rows       [[customer, time_us, seq, event_id, profile, event, channel, amount or null, props or null], …],
               in order of (customer, time_us, seq)
    identity   [[profile, customer], …] in order of profile
    profiles_derived  whether the table of customers is that of these rows

The lake must have been flushed: events that are only in the log are in no table. Not a test of Throughline's own
readers: those are tested in Rust.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
from deltalake import DeltaTable

# Statistics of other columns would keep personal data in the table's log after it is erased.
STATISTICS_ALLOWED = {"bucket", "customer", "time", "event"}

COLUMNS = ["customer", "time_us", "seq", "event_id", "profile", "event", "channel", "amount", "props"]

QUERY = """
    with resolved as (
        select coalesce(i.customer, e.profile) as customer, epoch_us(e.time) as time_us, e.seq, e.event_id, e.profile,
               e.event, e.channel, e.amount, e.props
        from {events} e left join {identity} i using (profile)
    ), numbered as (
        select *, row_number() over (partition by customer, time_us, event_id order by seq) as nth from resolved
    )
    select customer, time_us, seq, event_id, profile, event, channel, amount, props
    from numbered where nth = 1
    order by customer, time_us, seq
"""


class Failure(Exception):
    """What differs, and where."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def table(lake, name):
    path = lake / name
    check((path / "_delta_log").is_dir(), f"{path} is no Delta table; is {lake} the folder of a workspace?")
    return DeltaTable(path)


def with_polars(events, identity):
    """The rows as Polars has them through `deltalake`."""
    frames = [pl.from_arrow(t.to_pyarrow_table()) for t in (events, identity)]
    rows = (
        frames[0]
        .join(frames[1].select("profile", pl.col("customer").alias("present")), on="profile", how="left")
        .with_columns(
            customer=pl.coalesce("present", "profile"),
            time_us=pl.col("time").dt.epoch("us"),
            event=pl.col("event").cast(pl.String),
            channel=pl.col("channel").cast(pl.String),
        )
        .sort("customer", "time_us", "seq")
        .unique(["customer", "time_us", "event_id"], keep="first", maintain_order=True)
    )
    return rows.select(COLUMNS).rows()


def with_duckdb(events, identity):
    """The rows as DuckDB has them from the files the tables list."""
    with duckdb.connect() as connection:
        names = {}
        for name, delta in (("events", events), ("identity", identity)):
            files = delta.file_uris()
            if not files:
                connection.register(f"empty_{name}", delta.to_pyarrow_table())
                names[name] = f"empty_{name}"
            else:
                names[name] = f"read_parquet({files!r})"
        return connection.execute(QUERY.format(**names)).fetchall()


def check_layout(events):
    """Each file is sorted, and every column is one a foreign reader understands."""
    with duckdb.connect() as connection:
        for file in events.file_uris():
            unsorted = connection.execute(
                """
                select count(*) from (
                    select (bucket, customer, time, seq) < lag((bucket, customer, time, seq)) over (order by file_row_number)
                    as falls from read_parquet(?, file_row_number = true)
                ) where falls
                """,
                [file],
            ).fetchone()[0]
            check(unsorted == 0, f"{file}: {unsorted} rows stand before a smaller one")
            kinds = {
                name: kind
                for name, kind, *_ in connection.execute("describe select * from read_parquet(?)", [file]).fetchall()
            }
            for name, kind in {
                "bucket": "INTEGER",
                "customer": "BIGINT",
                "time": "TIMESTAMP WITH TIME ZONE",
                "event": "VARCHAR",
                "channel": "VARCHAR",
                "amount": "DOUBLE",
            }.items():
                check(kinds.get(name) == kind, f"{file}: column {name} is {kinds.get(name)}, expected {kind}")


def check_statistics(lake):
    """No commit of `events` states the smallest or largest value of a column that could be personal."""
    for commit in sorted((lake / "events" / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            stats = json.loads(line).get("add", {}).get("stats")
            for part in ("minValues", "maxValues", "nullCount"):
                told = set(json.loads(stats or "{}").get(part) or {}) - STATISTICS_ALLOWED
                check(not told, f"{commit.name} holds statistics of {sorted(told)}")


def check_profiles(lake, rows):
    """The derived table of customers agrees with the rows, where upkeep has just derived it."""
    profiles = pl.from_arrow(table(lake, "profiles").to_pyarrow_table())
    check(profiles["customer"].is_unique().all(), "profiles: a customer is there twice")
    counted = {}
    for row in rows:
        counted[row[0]] = counted.get(row[0], 0) + 1
    return dict(profiles.select("customer", "events").rows()) == counted


def differ(name, found, expected):
    """Raises at the first row that differs."""
    found, expected = [tuple(row) for row in found], [tuple(row) for row in expected]
    for number, (a, b) in enumerate(zip(found, expected)):
        check(a == b, f"{name}: row {number} is {a}, expected {b}")
    check(len(found) == len(expected), f"{name}: {len(found)} rows, expected {len(expected)}")


def run(lake, expected):
    events, identity = table(lake, "events"), table(lake, "identity")
    polars, duck = with_polars(events, identity), with_duckdb(events, identity)
    differ("DuckDB against Polars", duck, polars)
    if "rows" in expected:
        differ("Polars against what was put in", polars, expected["rows"])
    if "identity" in expected:
        pairs = pl.from_arrow(identity.to_pyarrow_table()).select("profile", "customer").sort("profile").rows()
        check(len({profile for profile, _ in pairs}) == len(pairs), "identity: a profile is there twice")
        known = dict(pairs)
        for profile, customer in expected["identity"]:
            check(known.get(profile, profile) == customer, f"identity: profile {profile} is {known.get(profile)}, expected {customer}")
    counts = {"events": len(polars), "customers": len({row[0] for row in polars})}
    for name, count in counts.items():
        check(expected.get(name, count) == count, f"{name}: {count}, expected {expected.get(name)}")
    check_layout(events)
    check_statistics(lake)
    if expected.get("profiles_derived"):
        check(check_profiles(lake, polars), "profiles: counts of events differ from the rows")
    return {**counts, "files": len(events.file_uris()), "version": events.version()}


def ask(binary, data, *arguments):
    """The JSON answer of a command of the program."""
    command = [str(binary), "--data", str(data), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def run_workspaces(binary, data):
    """Every workspace in `data`: foreign readers against each other and against the program."""
    lakes = sorted(path.parent.parent for path in data.glob("**/events/_delta_log"))
    check(lakes, f"{data} holds no workspace")
    for lake in lakes:
        # DATA/workspaces/<id>/lake
        workspace = lake.parent.name
        ask(binary, data, "lake", "flush", "--workspace", workspace)
        # Imports and samples end with upkeep, which derives the table of customers.
        report = run(lake, {"profiles_derived": True})
        sql = "select event, channel, count(*), count(distinct customer) from events group by 1, 2 order by 1, 2"
        ours = ask(binary, data, "sql", "--workspace", workspace, "--limit", "100000", sql)["rows"]
        rows = with_polars(table(lake, "events"), table(lake, "identity"))
        theirs = (
            pl.DataFrame(rows, schema=COLUMNS, orient="row", infer_schema_length=None)
            .group_by("event", "channel")
            .agg(pl.len(), customers=pl.col("customer").n_unique())
            .sort("event", "channel")
            .rows()
        )
        differ(f"workspace {workspace}: our SQL against Polars", [[e, c, int(n), int(k)] for e, c, n, k in ours], theirs)
        report["reference"] = check_reference(binary, data, lake, workspace)
        print(f"workspace {workspace}: foreign readers agree: {report}")


def check_reference(binary, data, lake, workspace):
    """Reference tables: foreign readers see the versions in force as the program's SQL does. How many there are."""
    tables = sorted(path.name for path in lake.glob("reference_*") if (path / "_delta_log").is_dir())
    for name in tables:
        rows = pl.from_arrow(table(lake, name).to_pyarrow_table())
        sql = f"select version, source, count(*) from {name} group by 1, 2 order by 1, 2"
        ours = ask(binary, data, "sql", "--workspace", workspace, sql)["rows"]
        # Versions that a later import of the same day replaced are in the table and in no answer.
        in_force = [int(version) for version, *_ in ours]
        theirs = rows.filter(pl.col("version").is_in(in_force)).group_by("version", "source").len().sort("version", "source")
        differ(f"workspace {workspace}: {name}", [[int(v), s, int(n)] for v, s, n in ours], theirs.rows())
        check(rows.schema["valid_from"] == pl.Date, f"{name}: valid_from is {rows.schema['valid_from']}, expected a date")
    return len(tables)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--lake", type=Path, help="folder of a workspace, flushed")
    which.add_argument("--data", type=Path, help="folder of workspaces; needs --binary")
    parser.add_argument("--binary", type=Path, help="the program, for --data")
    parser.add_argument("--expected", type=Path, help="JSON file of what must be found")
    arguments = parser.parse_args()
    if arguments.data and not arguments.binary:
        parser.error("--data needs --binary")
    expected = json.loads(arguments.expected.read_text()) if arguments.expected else {}
    try:
        if arguments.data:
            run_workspaces(arguments.binary, arguments.data)
            return 0
        report = run(arguments.lake, expected)
    except Failure as failure:
        print(f"foreign readers differ: {failure}", file=sys.stderr)
        return 1
    print("foreign readers agree: " + ", ".join(f"{count} {name}" for name, count in report.items()))
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of the readers' libraries now and then abort the process while the interpreter takes itself down.
    os._exit(code)
