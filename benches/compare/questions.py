"""The eight questions, in words, and the form their answers are compared in.

Every engine answers with rows as it likes; `Question.canonical` puts them into one form, `Question.agree` compares two
such forms. Weeks are Monday to Sunday, UTC. "Within" includes the very end;
"the last 30 days" are events younger than that at the end of the 26 weeks. Where the question round is filtered, events
that do not pass are as if they had not happened, in every question alike.
"""

from dataclasses import dataclass
from typing import Callable

from shape import DAY, END, MINUTE, PAGE_VIEW, PURCHASE, STEPS, TOUCHES

WINDOW = 7 * DAY
SESSION_GAP = 30 * MINUTE
PATH_STEPS, PATHS = 5, 100
RETENTION_WEEKS = 12
LOOKBACK = 30 * DAY
# Events later than this count.
BOUGHT_SINCE, BOUGHT_LEAST, AWAY_SINCE = END - 90 * DAY, 3, END - 30 * DAY


@dataclass(frozen=True)
class Question:
    title: str
    words: str
    # From an engine's rows, which are as the comment beside each question says, to what is compared.
    canonical: Callable
    # How far numbers may lie apart: engines add up fractions in different orders.
    tolerance: float = 0

    def agree(self, one, other):
        return near(one, other, self.tolerance)


def near(one, other, tolerance):
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(near(a, b, tolerance) for a, b in zip(one, other))
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return abs(one - other) <= tolerance


def counts(rows):
    """A single row of whole numbers."""
    return [int(number) for number in list(rows)[0]]


def named_counts(names):
    """Rows of `names` texts, then whole numbers; order is of no meaning."""
    return lambda rows: sorted([*map(str, row[:names]), *map(int, row[names:])] for row in rows)


def often(rows):
    """The paths counted more often than the last of the list, and that last count: which of several paths of equal
    number come last is of no meaning."""
    paths = sorted((-int(count), list(path)) for path, count in rows)[:PATHS]
    last = paths[-1][0] if len(paths) == PATHS else 0
    return [[path, -count] for count, path in paths if count < last or not last] + [-last]


QUESTIONS = {
    # One row: customers who reach step 1, 2, 3, 4.
    "a": Question(
        "funnel",
        f"How many customers do {', '.join(STEPS)} in this order, other events between them or not, the last of them "
        "within seven days of the first: how many come how far.",
        counts,
    ),
    # A row a channel: channel, customers who reach step 1, 2, 3, 4.
    "b": Question(
        "funnel by channel",
        "The same, apart by the channel of the customer's first event among the four. Channels on which nobody reaches "
        "the first step are left out.",
        lambda rows: named_counts(1)(row for row in rows if int(row[1]) > 0),
    ),
    # Rows, at least the 100 most frequent: path (a list of events), sessions.
    "c": Question(
        "top session paths",
        "A customer's session ends where nothing happens for more than 30 minutes. In each session, runs of the same "
        "event are one step, and the first five steps are its path (fewer if it has fewer). The 100 most frequent paths.",
        often,
    ),
    # A row a cell: week of the first event (0 is the first of all), weeks since, customers.
    "d": Question(
        "weekly retention",
        "Of the customers whose first event is in week c, how many have an event in week c + k, for k from 0 to 11.",
        named_counts(0),
    ),
    # A row a channel: channel, conversions and their amount divided evenly, conversions and their amount to the last.
    "e": Question(
        "attribution",
        f"Each {PURCHASE} is credited to the channels of the customer's touches ({', '.join(TOUCHES)}) within the 30 days "
        "before it: once in equal parts to all, once to the last. Purchases without touch are left out. By channel: "
        "credit and credited amount, either way.",
        lambda rows: sorted([str(row[0]), *(float(number or 0) for number in row[1:])] for row in rows),
        tolerance=2,
    ),
    # One row: sessions, microseconds, sessions of one event.
    "f": Question(
        "sessions",
        "How many sessions, how much time from their first to their last events together, and how many have one event.",
        lambda rows: [float(number) for number in list(rows)[0]],
        tolerance=2,
    ),
    # One row: customers.
    "g": Question(
        "segment",
        f"How many customers have three {PURCHASE}s or more in the last 90 days of the 26 weeks and no {PAGE_VIEW} in the "
        "last 30.",
        counts,
    ),
    # A row a pair: event, next event, how often, median microseconds between them.
    "h": Question(
        "transitions",
        "Which event is directly followed by which of the same customer, how often, and after how long in the median "
        "(exact; of an even number, the middle between the two).",
        lambda rows: sorted([str(a), str(b), int(count), float(median)] for a, b, count, median in rows),
        tolerance=1,
    ),
}
