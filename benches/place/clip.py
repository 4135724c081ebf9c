"""MovingPandas on a file of positions: seconds within each zone of a plan. clip.py POSITIONS.csv SITE.json; prints JSON."""

import json
import resource
import sys
import time
import warnings

import geopandas
import movingpandas
import pandas
from shapely.geometry import Polygon

warnings.filterwarnings("ignore")


def main():
    positions, site = sys.argv[1:]
    begun = time.monotonic()
    rows = pandas.read_csv(positions, parse_dates=["t"])
    rows["t"] = rows["t"].dt.tz_localize(None)
    points = geopandas.GeoDataFrame(rows, geometry=geopandas.points_from_xy(rows["x"], rows["y"]), crs="EPSG:3857").set_index("t")
    walks = movingpandas.TrajectoryCollection(points, "track_id")
    zones, failed = {}, 0
    for zone in json.load(open(site))["plans"][0]["floors"][0]["zones"]:
        seconds = 0.0
        for walk in walks:
            try:
                seconds += sum(part.get_duration().total_seconds() for part in walk.clip(Polygon(zone["shape"])))
            except Exception:  # It gives up on some walks; how many is said.
                failed += 1
        zones[zone["id"]] = seconds
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(json.dumps({"seconds": time.monotonic() - begun, "megabytes": megabytes, "zones": zones, "failed": failed}))


main()
