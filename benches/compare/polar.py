"""Polars, streaming over the Parquet file, by one who knows that it lies in the order of customer and time.

Instead of grouping by customer most answers look at the row before or after, or carry a value down the rows. That is
several times faster, and silently wrong on a file in any other order: few would write it, so it is the bar.
"""

import polars as pl
from polars import col

from questions import (AWAY_SINCE, BOUGHT_LEAST, BOUGHT_SINCE, LOOKBACK, PATH_STEPS, PATHS, RETENTION_WEEKS,
                       SESSION_GAP, WINDOW)
from shape import EVENTS, FILTER_COLUMN, FILTER_VALUE, PAGE_VIEW, PURCHASE, START, STEPS, TOUCHES, WEEK

GAP = col("time") - col("time").shift(1)
OTHER_CUSTOMER = (col("customer_id") != col("customer_id").shift(1)).fill_null(True)


class Engine:
    def __init__(self, data, folder, form, filtered, threads):
        self.data, self.filtered = data, filtered

    def ask(self, letter):
        return [list(row) for row in getattr(self, letter)().collect(engine="streaming").rows()]

    def events(self, *columns):
        rows = pl.scan_parquet(self.data)
        if self.filtered:
            rows = rows.filter(col(FILTER_COLUMN) == FILTER_VALUE)
        rows = rows.select("customer_id", *columns)
        return rows.with_columns(col("time").cast(pl.Int64)) if "time" in columns else rows

    def levels(self, *columns):
        """Events of the steps with how far the customer came by each. For every step, when the latest run that came
        there began, and whose it is, is carried down the rows."""
        rows = self.events("time", "event", *columns).filter(col("event").is_in(STEPS))
        level = pl.lit(0, pl.Int8)
        for step, event in enumerate(STEPS, 1):
            there, began = col("event") == event, col("time")
            if step > 1:
                began = col(f"began{step - 1}")
                there = there & (col(f"whose{step - 1}") == col("customer_id")) & (col("time") - began <= WINDOW)
            there = there.fill_null(False)
            rows = rows.with_columns(
                pl.when(there).then(began).alias(f"began{step}"),
                pl.when(there).then(col("customer_id")).alias(f"whose{step}"), there.alias(f"there{step}"))
            if step < len(STEPS):
                rows = rows.with_columns(col(f"began{step}", f"whose{step}").forward_fill())
            level = pl.when(col(f"there{step}")).then(pl.lit(step, pl.Int8)).otherwise(level)
        return rows.select("customer_id", *columns, level=level)

    def reached(self):
        return [(col("level") >= step).sum().alias(f"step{step}") for step in range(1, len(STEPS) + 1)]

    def a(self):
        return self.levels().group_by("customer_id").agg(col("level").max()).select(self.reached())

    def b(self):
        of_customer = self.levels("channel").group_by("customer_id").agg(col("level").max(), col("channel").first())
        return of_customer.group_by("channel").agg(self.reached())

    def c(self):
        rows = self.events("time", "event").select(
            "event", before=col("event").shift(1), starts=OTHER_CUSTOMER | (GAP > SESSION_GAP).fill_null(True))
        rows = rows.with_columns(session=col("starts").cum_sum())
        rows = rows.filter(col("starts") | (col("event") != col("before")))
        steps = [pl.when(col("session").shift(-i) == col("session")).then(col("event").shift(-i)).alias(f"e{i}")
                 for i in range(1, PATH_STEPS)]
        rows = rows.select("starts", "event", *steps).filter("starts")
        names = ["event", *(f"e{i}" for i in range(1, PATH_STEPS))]
        counted = rows.group_by(names).len("sessions").top_k(PATHS, by="sessions")
        return counted.select(pl.concat_list(names).list.drop_nulls().alias("path"), "sessions")

    def d(self):
        rows = self.events("time").select("customer_id", week=((col("time") - START) // WEEK).cast(pl.Int8))
        rows = rows.filter(OTHER_CUSTOMER | (col("week") != col("week").shift(1)))
        rows = rows.with_columns(first=pl.when(OTHER_CUSTOMER).then("week").forward_fill())
        rows = rows.with_columns(since=col("week") - col("first")).filter(col("since") < RETENTION_WEEKS)
        return rows.group_by("first", "since").len()

    def e(self):
        rows = self.events("time", "event", "channel", "amount").filter(col("event").is_in([*TOUCHES, PURCHASE]))
        rows = rows.collect(engine="streaming").lazy()
        touches = rows.filter(col("event") != PURCHASE).select("customer_id", "channel", at="time")
        bought = rows.filter(col("event") == PURCHASE).select("customer_id", "time", "amount").with_row_index("number")
        pairs = bought.join(touches, on="customer_id").filter(col("at") <= col("time"), col("at") >= col("time") - LOOKBACK)
        pairs = pairs.with_columns(n=pl.len().over("number"), last=col("at") == col("at").max().over("number"))
        return pairs.group_by("channel").agg(
            (1 / col("n")).sum().alias("linear"), (col("amount") / col("n")).sum().alias("linear_amount"),
            col("last").sum().alias("to_last"), (col("amount") * col("last")).sum().alias("last_amount"))

    def f(self):
        rows = self.events("time").select(gap=GAP, starts=OTHER_CUSTOMER | (GAP > SESSION_GAP).fill_null(True))
        rows = rows.with_columns(ends=col("starts").shift(-1).fill_null(True))
        return rows.select(col("starts").sum(), col("gap").filter(~col("starts")).sum(),
                           (col("starts") & col("ends")).sum().alias("single"))

    def g(self):
        rows = self.events("time", "event").filter(
            col("time") > BOUGHT_SINCE, col("event").is_in([PURCHASE, PAGE_VIEW]))
        of_customer = rows.group_by("customer_id").agg(
            bought=(col("event") == PURCHASE).sum(),
            seen=((col("event") == PAGE_VIEW) & (col("time") > AWAY_SINCE)).sum())
        return of_customer.filter(col("bought") >= BOUGHT_LEAST, col("seen") == 0).select(pl.len())

    def h(self):
        rows = self.events("time", "event").with_columns(col("event").cast(pl.Enum(EVENTS)))
        rows = rows.select("event", next=col("event").shift(-1), gap=col("time").shift(-1) - col("time"),
                           same=col("customer_id") == col("customer_id").shift(-1)).filter("same")
        return rows.group_by("event", "next").agg(pl.len(), col("gap").median()).with_columns(
            col("event", "next").cast(pl.String))
