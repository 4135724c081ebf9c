"""Positions of a shop with so many people in it at any time, a file a day: positions.py FILE DAY ROWS PLAN, prints how many.

Everybody walks from the entrance through a dozen places of the plan, stands at each, and is seen once a second with the error of
a ceiling sensor. The same numbers in every run.
"""

import json
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

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


def middles(site: dict) -> tuple[np.ndarray, np.ndarray]:
    """Of what is looked at and the tills, and of the entrance."""
    zones = site["plans"][0]["floors"][0]["zones"]
    middle = lambda zone: np.mean(zone["shape"], axis=0)
    shown = np.array([middle(zone) for zone in zones if zone["kind"] in ("display", "till")])
    return shown, next(middle(zone) for zone in zones if zone["kind"] == "entrance")


if __name__ == "__main__":
    file, number, rows, plan = sys.argv[1:]
    made = day(int(number), int(rows), *middles(json.loads(Path(plan).read_text())))
    made.write_csv(file)
    print(len(made))
