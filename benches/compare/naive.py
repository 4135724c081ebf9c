"""The questions once more, in plain Python, word for word: slow, and right without a doubt. For small data only.

Shares nothing with the other engines but the questions' numbers; the runner asks it where there are few events, so that
the fast ones are not merely agreed but right.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import groupby
from statistics import median

import pyarrow.parquet as pq

from questions import (AWAY_SINCE, BOUGHT_LEAST, BOUGHT_SINCE, LOOKBACK, PATH_STEPS, RETENTION_WEEKS, SESSION_GAP,
                       WINDOW)
from shape import FILTER_COLUMN, FILTER_VALUE, PAGE_VIEW, PURCHASE, START, STEPS, TOUCHES, WEEK


class Engine:
    def __init__(self, data, folder, form, filtered, threads):
        columns = ["customer_id", "time", "event", "channel", "amount", FILTER_COLUMN]
        table = pq.read_table(data, columns=columns)
        table = table.set_column(1, "time", table["time"].cast("int64"))
        rows = sorted(zip(*(table[column].to_pylist() for column in columns)), key=lambda row: row[:2])
        if filtered:
            rows = [row for row in rows if row[5] == FILTER_VALUE]
        self.customers = [[row[1:5] for row in rows] for _, rows in groupby(rows, key=lambda row: row[0])]

    def ask(self, letter):
        return getattr(self, letter)()

    def level(self, events):
        """Tries every first step with the earliest that can follow."""
        times = {step: [at for at, event, *_ in events if event == step] for step in STEPS}
        best = 0
        for start in times[STEPS[0]]:
            at, level = start, 1
            for step in STEPS[1:]:
                later = bisect_left(times[step], at + 1)
                if later == len(times[step]) or times[step][later] - start > WINDOW:
                    break
                at, level = times[step][later], level + 1
            best = max(best, level)
        return best

    def a(self):
        levels = [self.level(events) for events in self.customers]
        return [[sum(level >= step for level in levels) for step in range(1, len(STEPS) + 1)]]

    def b(self):
        levels = defaultdict(list)
        for events in self.customers:
            entry = next((channel for _, event, channel, _ in events if event in STEPS), None)
            levels[entry].append(self.level(events))
        return [[channel, *(sum(level >= step for level in of) for step in range(1, len(STEPS) + 1))]
                for channel, of in levels.items() if channel]

    def sessions(self):
        for events in self.customers:
            session = []
            for row in events:
                if session and row[0] - session[-1][0] > SESSION_GAP:
                    yield session
                    session = []
                session.append(row)
            yield session

    def c(self):
        paths = Counter(tuple(event for event, _ in groupby(row[1] for row in session))[:PATH_STEPS]
                        for session in self.sessions())
        return [[list(path), count] for path, count in paths.items()]

    def d(self):
        cells = Counter()
        for events in self.customers:
            weeks = {(at - START) // WEEK for at, *_ in events}
            cells.update((min(weeks), week - min(weeks)) for week in weeks)
        return [[first, since, count] for (first, since), count in cells.items() if since < RETENTION_WEEKS]

    def e(self):
        credit = defaultdict(lambda: [0.0, 0.0, 0, 0.0])
        for events in self.customers:
            for sold, event, _, amount in events:
                if event != PURCHASE:
                    continue
                touches = [channel for at, event, channel, _ in events if event in TOUCHES and sold - LOOKBACK <= at <= sold]
                for channel in touches:
                    credit[channel][0] += 1 / len(touches)
                    credit[channel][1] += amount / len(touches)
                if touches:
                    credit[touches[-1]][2] += 1
                    credit[touches[-1]][3] += amount
        return [[channel, *numbers] for channel, numbers in credit.items()]

    def f(self):
        sessions = list(self.sessions())
        spent = sum(session[-1][0] - session[0][0] for session in sessions)
        return [[len(sessions), spent, sum(len(session) == 1 for session in sessions)]]

    def g(self):
        def member(events):
            bought = sum(event == PURCHASE and at > BOUGHT_SINCE for at, event, *_ in events)
            return bought >= BOUGHT_LEAST and not any(event == PAGE_VIEW and at > AWAY_SINCE for at, event, *_ in events)
        return [[sum(map(member, self.customers))]]

    def h(self):
        gaps = defaultdict(list)
        for events in self.customers:
            for (at, event, *_), (after, following, *_) in zip(events, events[1:]):
                gaps[event, following].append(after - at)
        return [[event, following, len(of), median(of)] for (event, following), of in gaps.items()]
