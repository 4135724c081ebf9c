"""ClickHouse in this process (chDB): a MergeTree by customer and time, or the Parquet file.

Formulations are the fastest of those tried. What matters most: events as Enum8, leaving out other events before
windowFunnel, aggregating in the table's order, a bit a week for retention, window functions for what follows what.
"""

import json

from chdb import session

from questions import (AWAY_SINCE, BOUGHT_LEAST, BOUGHT_SINCE, LOOKBACK, PATH_STEPS, PATHS, RETENTION_WEEKS,
                       SESSION_GAP, WINDOW)
from shape import CHANNELS, DEVICES, EVENTS, FILTER_COLUMN, FILTER_VALUE, PAGE_VIEW, PURCHASE, START, STEPS, TOUCHES, WEEK

US = "toUnixTimestamp64Micro(time)"


def listed(names):
    return ", ".join(f"'{name}'" for name in names)


def enum(names):
    return f"Enum8({', '.join(f'{name!r} = {code}' for code, name in enumerate(names))})"


class Engine:
    def __init__(self, data, folder, form, filtered, threads):
        self.session = session.Session(str(folder / f"clickhouse-{data.stem}-{form}"))
        self.session.query(f"SET max_threads = {threads}")
        self.session.query("SET schema_inference_make_columns_nullable = 0")
        file = f"file('{data.resolve()}', Parquet)"
        self.source = file if form == "parquet" else "bench.events"
        if form != "parquet":
            self.load(file, form, threads)
        self.form, self.filter = form, f"{FILTER_COLUMN} = '{FILTER_VALUE}'" if filtered else None

    def load(self, file, form, threads):
        if self.rows("SELECT count() FROM system.tables WHERE database = 'bench' AND name = 'events'")[0][0] in (1, "1"):
            return
        names = {"enum": enum, "lowcard": lambda _: "LowCardinality(String)"}[form]
        self.session.query("CREATE DATABASE IF NOT EXISTS bench")
        self.session.query(
            f"CREATE TABLE bench.loading (customer_id Int64, time DateTime64(6), event {names(EVENTS)}, "
            f"channel {names(CHANNELS)}, amount Nullable(Float64), device {names(DEVICES)}) "
            "ENGINE = MergeTree ORDER BY (customer_id, time)")
        self.session.query(
            "INSERT INTO bench.loading SELECT customer_id, time, event, channel, amount, device "
            f"FROM {file} SETTINGS max_insert_threads = {threads}")
        self.session.query("OPTIMIZE TABLE bench.loading FINAL")
        # Under its name only once it is whole.
        self.session.query("RENAME TABLE bench.loading TO bench.events")

    def rows(self, sql):
        text = self.session.query(sql, "JSONCompactEachRow").data()
        return [json.loads(line) for line in text.splitlines()]

    def ask(self, letter):
        sql = getattr(self, letter)()
        # One sorted part can be aggregated customer by customer, which pays where little is kept of each. A file
        # promises no order.
        if self.form != "parquet" and letter in "adefg":
            sql += " SETTINGS optimize_aggregation_in_order = 1"
        rows = self.rows(sql)
        return [[row[0].split(">"), row[1]] for row in rows] if letter == "c" else rows

    def where(self, *conditions):
        conditions = [condition for condition in (*conditions, self.filter) if condition]
        return f"{self.source} WHERE {' AND '.join(conditions)}" if conditions else self.source

    def levels(self, more=""):
        steps = ", ".join(f"event = '{step}'" for step in STEPS)
        return (f"SELECT windowFunnel({WINDOW})(toUInt64({US}), {steps}) AS level{more} "
                f"FROM {self.where(f'event IN ({listed(STEPS)})')} GROUP BY customer_id")

    def reached(self):
        return ", ".join(f"countIf(level >= {step + 1})" for step in range(len(STEPS)))

    def a(self):
        return f"SELECT {self.reached()} FROM ({self.levels()})"

    def b(self):
        return f"SELECT entry, {self.reached()} FROM ({self.levels(', argMin(channel, time) AS entry')}) GROUP BY entry"

    def c(self):
        of_customer = (f"SELECT arraySort(groupArray(({US}, event))) AS pairs, pairs.2 AS events, "
                       f"arrayDifference(pairs.1) AS gaps FROM {self.where()} GROUP BY customer_id")
        sessions = f"SELECT arrayJoin(arraySplit((event, gap) -> gap > {SESSION_GAP}, events, gaps)) AS events FROM ({of_customer})"
        paths = (f"SELECT arraySlice(arrayCompact(events), 1, {PATH_STEPS}) AS path, count() AS sessions "
                 f"FROM ({sessions}) GROUP BY path ORDER BY sessions DESC LIMIT {PATHS}")
        return f"SELECT arrayStringConcat(arrayMap(event -> toString(event), path), '>'), sessions FROM ({paths})"

    def d(self):
        week = f"intDiv({US} - {START}, {WEEK})"
        masks = f"SELECT groupBitOr(bitShiftLeft(toUInt64(1), {week})) AS weeks FROM {self.where()} GROUP BY customer_id"
        # The lowest bit is the week of the first event.
        alike = f"SELECT weeks, bitCount(bitXor(weeks, weeks - 1)) - 1 AS first, count() AS customers FROM ({masks}) GROUP BY weeks"
        return (f"SELECT first, since, sum(customers) FROM ({alike}) ARRAY JOIN range({RETENTION_WEEKS}) AS since "
                "WHERE bitTest(weeks, first + since) GROUP BY first, since")

    def e(self):
        touches = f"event IN ({listed(TOUCHES)})"
        customers = (f"SELECT arraySort(groupArrayIf(({US}, channel), {touches})) AS touched, "
                     f"arrayJoin(groupArrayIf(({US}, assumeNotNull(amount)), event = '{PURCHASE}')) AS bought "
                     f"FROM {self.where(f'event IN ({listed([*TOUCHES, PURCHASE])})')} GROUP BY customer_id")
        conversions = (f"SELECT bought.2 AS amount, arrayFilter(touch -> touch.1 <= bought.1 AND "
                       f"touch.1 >= bought.1 - {LOOKBACK}, touched) AS counted FROM ({customers})")
        credits = (f"SELECT amount, arrayJoin(arrayMap((touch, place) -> (touch.2, 1 / length(counted), "
                   f"place = length(counted)), counted, arrayEnumerate(counted))) AS credit FROM ({conversions})")
        return (f"SELECT credit.1 AS channel, sum(credit.2), sum(credit.2 * amount), sum(credit.3), "
                f"sum(credit.3 * amount) FROM ({credits}) GROUP BY channel")

    def f(self):
        customers = (f"SELECT arrayPopFront(arrayDifference(arraySort(groupArray({US})))) AS gaps "
                     f"FROM {self.where()} GROUP BY customer_id")
        gap = SESSION_GAP
        # Of one event is what has a long gap, or nothing, on either side.
        return (f"SELECT sum(1 + arrayCount(gap -> gap > {gap}, gaps)), sum(arraySum(gap -> if(gap > {gap}, 0, gap), gaps)), "
                f"sum(arrayCount((before, after) -> before > {gap} AND after > {gap}, arrayPushFront(gaps, {gap + 1}), "
                f"arrayPushBack(gaps, {gap + 1}))) FROM ({customers})")

    def g(self):
        since = lambda us: f"time > fromUnixTimestamp64Micro({us})"
        seen = self.where(f"event IN ('{PURCHASE}', '{PAGE_VIEW}')", since(BOUGHT_SINCE))
        return (f"SELECT count() FROM (SELECT customer_id FROM {seen} GROUP BY customer_id "
                f"HAVING countIf(event = '{PURCHASE}') >= {BOUGHT_LEAST} "
                f"AND countIf(event = '{PAGE_VIEW}' AND {since(AWAY_SINCE)}) = 0)")

    def h(self):
        pairs = (f"SELECT event, {US} AS at, leadInFrame(event) OVER following AS next, "
                 f"leadInFrame({US}, 1, 0) OVER following AS next_at FROM {self.where()} WINDOW following AS "
                 "(PARTITION BY customer_id ORDER BY time ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)")
        return ("SELECT toString(event), toString(next), count(), quantileExactInclusive(0.5)(next_at - at) "
                f"FROM ({pairs}) WHERE next_at > 0 GROUP BY event, next")
