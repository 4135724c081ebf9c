"""Positions of a shop with so many people in it at any time, a file a day, as Parquet-fast as CSV is written.

Everybody walks from the entrance through a dozen places of the plan, stands at each, and is seen once a second with the error of
a ceiling sensor. The same numbers in every run.
"""

from datetime import date, datetime, timedelta, timezone

import numpy as np
import polars as pl

STAY_S = 1_200
PLACES = 12
WALK_S = 20
OPEN_S = 10 * 3_600
ERROR_M = 0.15
FIRST = date(2026, 3, 2)


def day(number: int, rows: int, middles: np.ndarray, entrance: np.ndarray) -> pl.DataFrame:
    """The `number`th day: at least `rows` positions, whole walks."""
    dice = np.random.default_rng(20_260_302 + number)
    walkers = -(-rows // STAY_S)
    begins = np.sort(dice.integers(0, OPEN_S - STAY_S, walkers))
    places = middles[dice.integers(0, len(middles), (walkers, PLACES))]
    places[:, 0] = places[:, -1] = entrance
    seconds = np.arange(STAY_S)
    leg, into = np.divmod(seconds, STAY_S // (PLACES - 1) + 1)
    share = np.minimum(1.0, into / WALK_S)[None, :, None]
    at = places[:, leg] * (1 - share) + places[:, leg + 1] * share
    at = at + dice.normal(0, ERROR_M, at.shape)
    opens = datetime.combine(FIRST + timedelta(days=number), datetime.min.time(), timezone.utc) + timedelta(hours=1)
    times = (int(opens.timestamp()) + begins[:, None] + seconds[None, :]).ravel()
    return pl.DataFrame(
        {
            "track_id": np.repeat(np.arange(walkers), STAY_S),
            "t": pl.from_epoch(pl.Series(times), time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x": np.round(at[:, :, 0].ravel(), 2),
            "y": np.round(at[:, :, 1].ravel(), 2),
            "floor": "f1",
        }
    )
