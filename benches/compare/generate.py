#!/usr/bin/env python3
"""Writes invented events of customers, the same for the same seed and number.

    python generate.py --events 10000000 --out DIR [--seed 7]

    sorted.parquet      by customer and time: what a peer that relies on order is given
    arrival.parquet     as they arrive, one in a hundred up to two days late: what is imported
    meta.json           how many events and customers there are

and the same events once more, for the dirty question round:

    base.parquet        95 % in order of arrival, without the late ones
    tail.parquet        the late ones and the last to arrive: what is imported after compaction
    links.ndjson        pairs of identifiers that turn out to be one customer, a twentieth of all customers
    merged.parquet      by customer and time, with the pairs under one customer

Customers are made in groups, each from random numbers of its own, and events wait for their place in the order of
arrival in a file a week: memory does not grow with the number of events, but for 8 bytes a customer.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from behaviour import Visits, ranks
from shape import CHANNELS, DAY, DEVICES, END, EVENTS, SECOND, START, TOUCHES, WEEK

EVENTS_A_CUSTOMER = 20
GROUP = 50_000
ROW_GROUP = 250_000
LATE_SHARE, TAIL_SHARE = 0.01, 0.05
# Of each twenty customers the first turns out to be the tenth after it.
PAIR_EVERY, PAIR_DISTANCE = 20, 10
# Odd numbers, so that multiplying spreads without two products being alike.
SPREAD_IDS, SPREAD_EVENTS = 0x2545F4914F6CDD1D, 0x5851F42D4C957F2D

BUYING = ["add_to_cart", "purchase", "get_refund", "bill_paid"]
ABOUT_A_PRODUCT = ["view_item", "add_to_cart", "purchase", "save_item", "drop_from_cart", "read_review", "compare"]
PAID_CHANNELS = ["email", "paid_search", "paid_social", "sms", "push", "affiliate"]
CURRENCIES = ["EUR", "USD", "GBP", "JPY"]
PAGES = [f"https://shop.example/{'home item list help'.split()[i % 4]}/{i}" for i in range(2000)]
REFERRERS = [f"https://site{i}.example/" for i in range(200)]
CAMPAIGNS = [f"campaign-{i}" for i in range(40)]
COUNTRIES = [f"country-{i}" for i in range(30)]


def codes(names):
    """By event or channel code: whether it is among the names."""
    return lambda code, of: np.isin(code, [of.index(name) for name in names])


def text(code, values, there=None):
    """A column of texts by their codes; null where `there` is false."""
    mask = None if there is None else ~there
    return pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32), mask=mask), pa.array(values))


def group(rng, ids, first_row):
    """The events of the customers `ids`: a table by customer and time, when each arrives, which are late."""
    visits = Visits(rng, len(ids))
    visit, event, moment = visits.visit, visits.event, visits.time
    customer, count = visits.customer[visit], len(event)
    channel = visits.channel[visit]
    country = ranks(rng, len(COUNTRIES), len(ids))[customer]
    device = rng.choice(len(DEVICES), len(visits.customer), p=list(DEVICES.values()))[visit]
    campaign = ranks(rng, len(CAMPAIGNS), len(visits.customer))[visit]
    site = ranks(rng, 500, len(visits.customer))[visit]
    product = ranks(rng, 20_000, count)
    buys = codes(BUYING)(event, EVENTS)
    with_campaign = codes(TOUCHES)(event, EVENTS) | codes(PAID_CHANNELS)(channel, CHANNELS)
    amount = np.round(np.exp(rng.normal(3.4, 0.9, int(buys.sum()))), 2)
    amounts = np.zeros(count)
    amounts[buys] = amount
    rows = np.arange(first_row, first_row + count, dtype=np.uint64)
    table = pa.table({
        "event_id": pa.array(((rows * np.uint64(SPREAD_EVENTS)) >> np.uint64(1)).astype(np.int64)),
        "customer_id": pa.array(ids[customer]),
        "time": pa.array(moment, pa.timestamp("us")),
        "event": text(event, EVENTS),
        "channel": text(channel, CHANNELS),
        "amount": pa.array(amounts, mask=~buys),
        "currency": text(np.minimum(country, len(CURRENCIES) - 1), CURRENCIES, buys),
        "product_id": pa.array(product, mask=~codes(ABOUT_A_PRODUCT)(event, EVENTS)),
        "quantity": pa.array((1 + product % 4).astype(np.int16), mask=~buys),
        "store_id": pa.array(site.astype(np.int16), mask=~codes(["store"])(channel, CHANNELS)),
        "campaign": text(campaign, CAMPAIGNS, with_campaign),
        "device": text(device, list(DEVICES)),
        "country": text(country, COUNTRIES),
        "page_url": text(ranks(rng, len(PAGES), count), PAGES),
        "referrer": text(ranks(rng, len(REFERRERS), count), REFERRERS, rng.random(count, np.float32) < 0.4),
    })
    late = rng.random(count, np.float32) < LATE_SHARE
    arrives = moment + rng.exponential(2 * SECOND, count).astype(np.int64)
    arrives[late] += (rng.random(int(late.sum())) * 2 * DAY).astype(np.int64)
    return table, arrives, late


def writer(path, schema):
    plain = [field.name for field in schema if not pa.types.is_dictionary(field.type)]
    encodings = {name: "DELTA_BINARY_PACKED" for name in ("customer_id", "time")}
    encodings |= {name: "PLAIN" for name in plain if name not in encodings}
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, column_encoding=encodings,
                            use_dictionary=[name for name in schema.names if name not in plain],
                            write_page_index=True, store_schema=False)


class Arrivals:
    """Events on their way into the order of arrival: a file for each week until all are there."""

    def __init__(self, folder, schema):
        self.folder, self.schema = folder, schema
        self.kept = schema.append(pa.field("arrives", pa.int64())).append(pa.field("late", pa.bool_()))
        self.weeks = [folder / f"week-{week}.arrow" for week in range((END - START) // WEEK + 1)]
        self.files = [pa.ipc.new_file(path, self.kept) for path in self.weeks]

    def add(self, table, arrives, late):
        table = table.append_column("arrives", pa.array(arrives)).append_column("late", pa.array(late))
        week = ((arrives - START) // WEEK).clip(0, len(self.weeks) - 1)
        table = table.take(pa.array(np.argsort(week, kind="stable")))
        ends = np.cumsum(np.bincount(week, minlength=len(self.weeks)))
        for file, start, end in zip(self.files, [0, *ends], ends):
            if end > start:
                # Dictionaries are the same in every group, which the file form demands.
                file.write_table(table.slice(start, end - start))

    def write(self, total):
        """Writes `arrival`, and from it `base` and `tail`."""
        for file in self.files:
            file.close()
        tail_from = total - int(total * (TAIL_SHARE - LATE_SHARE))
        names = ("arrival", "base", "tail")
        out = {name: writer(self.folder / f"{name}.parquet", self.schema) for name in names}
        waiting, seen, counts = [], 0, dict.fromkeys(names, 0)
        for path in self.weeks:
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_file(source).read_all()
                table = table.take(pa.array(np.argsort(table["arrives"].to_numpy(), kind="stable"))).combine_chunks()
            late = table["late"].to_numpy()
            last = np.arange(seen, seen + len(table)) >= tail_from
            table = table.select(self.schema.names)
            parts = dict(arrival=table, base=table.filter(pa.array(~late & ~last)))
            waiting.append(table.filter(pa.array(late | last)))
            for name, part in parts.items():
                out[name].write_table(part, ROW_GROUP)
                counts[name] += len(part)
            seen += len(table)
            path.unlink()
        tail = pa.concat_tables(waiting).unify_dictionaries().combine_chunks()
        out["tail"].write_table(tail, ROW_GROUP)
        counts["tail"] = len(tail)
        for file in out.values():
            file.close()
        return counts


def merged(table, ids):
    """The same events with pairs under one customer, by customer and time, and the pairs."""
    lost = np.arange(0, len(ids) - PAIR_DISTANCE, PAIR_EVERY)
    becomes = np.arange(len(ids))
    becomes[lost] = lost + PAIR_DISTANCE
    customer = becomes[np.searchsorted(ids, table["customer_id"].to_numpy())]
    moment = table["time"].cast(pa.int64()).to_numpy()
    order = pa.array(np.lexsort((moment, customer)))
    table = table.set_column(1, "customer_id", pa.array(ids[customer])).take(order)
    return table, [(int(ids[a]), int(ids[b])) for a, b in zip(lost, becomes[lost])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, required=True, help="about so many")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    numbers = np.arange(1, max(PAIR_EVERY, args.events // EVENTS_A_CUSTOMER) + 1, dtype=np.uint64)
    ids = np.sort((numbers * np.uint64(SPREAD_IDS) >> np.uint64(2)).astype(np.int64))
    files, total = None, 0
    with open(args.out / "links.ndjson", "w") as links:
        for start in range(0, len(ids), GROUP):
            mine = ids[start:start + GROUP]
            rng = np.random.Generator(np.random.PCG64([args.seed, start // GROUP]))
            table, arrives, late = group(rng, mine, total)
            if files is None:
                files = [writer(args.out / f"{name}.parquet", table.schema) for name in ("sorted", "merged")]
                arrivals = Arrivals(args.out, table.schema)
            joined, pairs = merged(table, mine)
            for file, rows in zip(files, (table, joined)):
                file.write_table(rows, ROW_GROUP)
            arrivals.add(table, arrives, late)
            for a, b in pairs:
                links.write(json.dumps(dict(a=str(a), b=str(b), time=END)) + "\n")
            total += len(table)
    for file in files:
        file.close()
    counts = arrivals.write(total)
    meta = dict(events=total, customers=len(ids), seed=args.seed, base=counts["base"], tail=counts["tail"],
                seconds=round(time.monotonic() - began, 1))
    # Written last: whoever finds it finds whole files.
    (args.out / "meta.json").write_text(json.dumps(meta) + "\n")
    print(json.dumps(meta))


if __name__ == "__main__":
    main()
