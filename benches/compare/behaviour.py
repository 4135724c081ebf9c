"""How an invented customer behaves: which event follows which, how long visits are, when they happen.

Everything is a table over small whole numbers, so that a million customers walk at once: a random number of twelve
bits picks a row's next event. Not here: columns that only decorate events, and files (see `generate`).
"""

import numpy as np

from shape import CHANNELS, DAY, END, EVENTS, MINUTE, SECOND, START

# How often one visit goes from an event to the next, in hundredths; what is missing from 100 is spread over all events
# by how common they are. `arrive` is the state a visit begins in.
WAYS = {
    "arrive": dict(page_view=20, open_app=20, ad_click=12, email_open=8, email_click=6, push_open=5, search_site=5,
                   referral=2, sms_click=2),
    "page_view": dict(page_view=15, view_item=25, search_site=10, view_list=10),
    "search_site": dict(view_item=45, search_site=10),
    "view_list": dict(view_item=40, page_view=10),
    "view_item": dict(view_item=25, add_to_cart=14, page_view=10, read_review=6),
    "add_to_cart": dict(begin_checkout=30, view_item=25, add_to_cart=5),
    "begin_checkout": dict(enter_payment=25, purchase=25, use_coupon=10, drop_from_cart=5),
    "enter_payment": dict(purchase=60),
    "use_coupon": dict(purchase=40, enter_payment=20),
    "purchase": dict(parcel_moves=30, bill_seen=15, sign_out=10),
    "ad_seen": dict(ad_click=20),
    "email_open": dict(email_click=25),
    "push_shown": dict(push_open=30),
    "sms_sent": dict(sms_click=20),
}
# Other events go on to a page now and then.
ELSEWHERE = dict(page_view=25)

TABLE_BITS = 12
ARRIVE = len(EVENTS)
VISITS_MAX, VISIT_EVENTS_MAX = 400, 300
# No visit begins in the last two days, and none lasts longer, so all events lie before END.
LAST_ARRIVAL = END - START - 2 * DAY


def falling(count, power):
    """Weights of ranks: the k-th is 1 / k^power."""
    weights = np.arange(1, count + 1) ** -power
    return weights / weights.sum()


def picks(weights, bits=TABLE_BITS):
    """A table of 2^bits entries in which each choice stands as often as its weight says."""
    middles = (np.arange(1 << bits) + 0.5) / (1 << bits)
    return np.searchsorted(np.cumsum(weights), middles).clip(max=len(weights) - 1).astype(np.int8)


def next_events():
    """By state (the 60 events, then `arrive`): 2^12 equally likely next events."""
    common = falling(len(EVENTS), 1.1)
    rows = []
    for state in [*EVENTS, "arrive"]:
        ways = WAYS.get(state, ELSEWHERE)
        row = common * (1 - sum(ways.values()) / 100)
        for event, hundredths in ways.items():
            row[EVENTS.index(event)] += hundredths / 100
        rows.append(picks(row))
    return np.array(rows)


NEXT_EVENT = next_events()
CHANNEL = picks(falling(len(CHANNELS), 0.8))


def small(rng, size):
    """Random numbers of TABLE_BITS bits."""
    return rng.integers(0, 1 << TABLE_BITS, size, np.uint16)


def ranks(rng, count, size):
    """Ranks from 0 below `count`, the k-th about 1/k as likely as the first."""
    return np.minimum((count + 1) ** rng.random(size, np.float32) - 1, count - 1).astype(np.int32)


class Visits:
    """The visits of some customers, and their events in the order (customer, time).

    of_visit: `customer` (position), `channel`. of_event: `visit` (position), `event` (code), `time` (microseconds,
    no two alike in a customer).
    """

    def __init__(self, rng, customers):
        visits = np.minimum(1 + rng.poisson(rng.gamma(0.45, 7.2, customers)), VISITS_MAX)
        self.customer = np.repeat(np.arange(customers), visits)
        count = len(self.customer)
        first = np.cumsum(visits) - visits
        joined = rng.random(customers) ** 0.8 * LAST_ARRIVAL
        begun = joined[self.customer] + rng.random(count) ** 1.3 * (LAST_ARRIVAL - joined[self.customer])
        begun[first] = joined
        favourite = rng.integers(0, len(CHANNELS), customers, np.int8)
        loyal = rng.random(count, np.float32) < 0.45
        self.channel = np.where(loyal, favourite[self.customer], CHANNEL[small(rng, count)])
        length = np.minimum(1 + np.exp(rng.normal(1.0, 0.95, count)).astype(np.int64), VISIT_EVENTS_MAX)
        self._order(begun.astype(np.int64), length, walk(rng, length), pauses(rng, int(length.sum())))

    def _order(self, begun, length, event, pause):
        visit = np.repeat(np.arange(len(length)), length)
        start = np.cumsum(length) - length
        since = np.cumsum(pause)
        since -= (since[start] - pause[start])[visit]
        time = begun[visit] + since % (2 * DAY)
        customer = self.customer[visit]
        # One number to sort by: the customer above 44 bits of microseconds, which last for 203 days.
        order = np.argsort((customer << 44) | time, kind="stable")
        self.visit, self.event, time = visit[order], event[order], time[order]
        customer = customer[order]
        while True:
            clash = np.flatnonzero((time[1:] <= time[:-1]) & (customer[1:] == customer[:-1])) + 1
            if not len(clash):
                break
            time[clash] = time[clash - 1] + 1
        self.time = START + time


def walk(rng, length):
    """The events of visits of these lengths, one visit after the other."""
    start = np.cumsum(length) - length
    event = np.empty(int(length.sum()), np.int8)
    going, state = np.arange(len(length)), np.full(len(length), ARRIVE, np.int8)
    step = 0
    while len(going):
        state = NEXT_EVENT[state, small(rng, len(going))]
        event[start[going] + step] = state
        step += 1
        stays = length[going] > step
        going, state = going[stays], state[stays]
    return event


def pauses(rng, count):
    """Time before each event: mostly some seconds, rarely so long that a session ends within the visit."""
    pause = np.minimum(np.exp(rng.standard_normal(count, np.float32) * 1.2) * 20 * SECOND, 25 * MINUTE)
    long = rng.random(count, np.float32) < 0.015
    pause[long] = rng.random(int(long.sum())) * 120 * MINUTE
    return pause.astype(np.int64) + 1
