"""DuckDB: a table with names as enumerations, or the Parquet file."""

import duckdb

from questions import (AWAY_SINCE, BOUGHT_LEAST, BOUGHT_SINCE, LOOKBACK, PATH_STEPS, PATHS, RETENTION_WEEKS,
                       SESSION_GAP, WINDOW)
from shape import CHANNELS, DEVICES, EVENTS, FILTER_COLUMN, FILTER_VALUE, PAGE_VIEW, PURCHASE, START, STEPS, TOUCHES, WEEK


def listed(names):
    return ", ".join(f"'{name}'" for name in names)


class Engine:
    def __init__(self, data, folder, form, filtered, threads):
        path = folder / f"duckdb-{data.stem}.db"
        self.connection = duckdb.connect(str(path) if form == "table" else ":memory:")
        self.connection.execute(f"SET threads = {threads}; SET temp_directory = '{folder / 'duckdb-spill'}'")
        self.source = f"read_parquet('{data.resolve()}')"
        if form == "table":
            self.load()
            self.source = "events"
        self.connection.execute("SET preserve_insertion_order = false")
        self.filter = f"{FILTER_COLUMN} = '{FILTER_VALUE}'" if filtered else None

    def load(self):
        if self.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'events'").fetchone()[0]:
            return
        enums = dict(event=EVENTS, channel=CHANNELS, device=DEVICES)
        types = "".join(f"CREATE TYPE {column}_name AS ENUM ({listed(names)});" for column, names in enums.items())
        columns = ", ".join(f"{column}::{column}_name AS {column}" for column in enums)
        self.connection.execute(
            f"BEGIN; {types} CREATE TABLE events AS SELECT customer_id, time, amount, {columns} FROM {self.source}; COMMIT")
        self.connection.execute("CHECKPOINT")

    def ask(self, letter):
        return self.connection.execute(getattr(self, letter)()).fetchall()

    def events(self, columns, *conditions):
        conditions = [condition for condition in (*conditions, self.filter) if condition]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT customer_id AS customer, {columns} FROM {self.source}{where}"

    def levels(self):
        """By customer: how far they came, and the channel of their first event among the steps. Along the customer's
        events each step carries when the latest run that came there began."""
        over = "OVER (PARTITION BY customer ORDER BY us ROWS UNBOUNDED PRECEDING)"
        tables = [f"run0 AS ({self.events('epoch_us(time) AS us, event, channel', f'event IN ({listed(STEPS)})')})"]
        for step, event in enumerate(STEPS[:-1], 1):
            began = "us" if step == 1 else f"began{step - 1}"
            in_time = "" if step == 1 else f" AND us - began{step - 1} <= {WINDOW}"
            tables.append(f"run{step} AS (SELECT *, max(CASE WHEN event = '{event}'{in_time} THEN {began} END) {over} "
                          f"AS began{step} FROM run{step - 1})")
        last = len(STEPS) - 1
        reached = [f"bool_or(began{step} IS NOT NULL) AS step{step}" for step in range(1, last + 1)]
        reached.append(f"bool_or(event = '{STEPS[last]}' AND us - began{last} <= {WINDOW}) AS step{last + 1}")
        return (f"WITH {', '.join(tables)}, levels AS (SELECT arg_min(channel, us) AS entry, {', '.join(reached)} "
                f"FROM run{last} GROUP BY customer)")

    def reached(self):
        return ", ".join(f"count(*) FILTER (step{step + 1})" for step in range(len(STEPS)))

    def a(self):
        return f"{self.levels()} SELECT {self.reached()} FROM levels"

    def b(self):
        return f"{self.levels()} SELECT entry, {self.reached()} FROM levels GROUP BY entry"

    def c(self):
        order = "PARTITION BY customer ORDER BY us"
        steps = range(1, PATH_STEPS)
        follow = ", ".join(f"CASE WHEN lead(session, {i}) OVER w = session THEN lead(event, {i}) OVER w END AS e{i}" for i in steps)
        keys = ", ".join(["event", *(f"e{i}" for i in steps)])
        texts = ", ".join(f"{key}::VARCHAR" for key in keys.split(", "))
        return (
            f"WITH x AS ({self.events('epoch_us(time) AS us, event')}), "
            f"y AS (SELECT *, coalesce(us - lag(us) OVER w > {SESSION_GAP}, true) AS starts, lag(event) OVER w AS before "
            f"FROM x WINDOW w AS ({order})), "
            f"z AS (SELECT *, count(*) FILTER (starts) OVER ({order} ROWS UNBOUNDED PRECEDING) AS session FROM y), "
            "kept AS (SELECT customer, us, event, starts, session FROM z WHERE starts OR event <> before), "
            f"paths AS (SELECT event, starts, {follow} FROM kept WINDOW w AS ({order})), "
            f"counted AS (SELECT {keys}, count(*) AS sessions FROM paths WHERE starts GROUP BY {keys} "
            f"ORDER BY sessions DESC LIMIT {PATHS}) "
            f"SELECT list_filter([{texts}], lambda step: step IS NOT NULL), sessions FROM counted")

    def d(self):
        weeks = f"bit_or(1::BIGINT << ((epoch_us(time) - {START}) // {WEEK})) AS weeks"
        # weeks & -weeks is the lowest bit: the week of the first event.
        return (
            f"WITH masks AS ({self.events(weeks)} GROUP BY customer_id), "
            "alike AS (SELECT weeks, bit_count((weeks & -weeks) - 1)::BIGINT AS first, count(*) AS customers FROM masks GROUP BY weeks) "
            f"SELECT first, since, sum(customers)::BIGINT FROM alike, range({RETENTION_WEEKS}) AS cell(since) "
            "WHERE (weeks >> (first + since)) & 1 = 1 GROUP BY first, since")

    def e(self):
        touches = self.events("epoch_us(time) AS us, channel", f"event IN ({listed(TOUCHES)})")
        bought = self.events("epoch_us(time) AS sold, amount", f"event = '{PURCHASE}'")
        return (
            f"WITH touches AS ({touches}), bought AS ({bought}), "
            "counted AS (SELECT any_value(amount) AS amount, count(*) AS n, list(channel) AS channels, arg_max(channel, us) AS last "
            f"FROM bought JOIN touches USING (customer) WHERE us <= sold AND us >= sold - {LOOKBACK} GROUP BY customer, sold), "
            "credits AS (SELECT unnest(channels) AS channel, 1.0::DOUBLE / n AS share, amount / n AS part, 0 AS one, 0.0::DOUBLE AS whole FROM counted "
            "UNION ALL SELECT last, 0, 0, 1, amount FROM counted) "
            "SELECT channel::VARCHAR, sum(share), sum(part), sum(one)::BIGINT, sum(whole) FROM credits GROUP BY channel")

    def f(self):
        return (
            f"WITH x AS ({self.events('epoch_us(time) AS us')}), "
            "y AS (SELECT us - lag(us) OVER w AS gap, lead(us) OVER w - us AS next FROM x WINDOW w AS (PARTITION BY customer ORDER BY us)) "
            f"SELECT count(*) FILTER (gap IS NULL OR gap > {SESSION_GAP}), sum(gap) FILTER (gap <= {SESSION_GAP})::BIGINT, "
            f"count(*) FILTER ((gap IS NULL OR gap > {SESSION_GAP}) AND (next IS NULL OR next > {SESSION_GAP})) FROM y")

    def g(self):
        seen = self.events("event, time", f"event IN ('{PURCHASE}', '{PAGE_VIEW}')", f"time > make_timestamp({BOUGHT_SINCE})")
        return (
            f"SELECT count(*) FROM (SELECT customer FROM ({seen}) GROUP BY customer "
            f"HAVING count(*) FILTER (event = '{PURCHASE}') >= {BOUGHT_LEAST} "
            f"AND count(*) FILTER (event = '{PAGE_VIEW}' AND time > make_timestamp({AWAY_SINCE})) = 0)")

    def h(self):
        return (
            f"WITH x AS ({self.events('epoch_us(time) AS us, event')}), "
            "y AS (SELECT event, lead(event) OVER w AS next, lead(us) OVER w - us AS gap FROM x WINDOW w AS (PARTITION BY customer ORDER BY us)) "
            "SELECT event::VARCHAR, next::VARCHAR, count(*), median(gap) FROM y WHERE next IS NOT NULL GROUP BY event, next")
