"""Drives the load generator against the product and checks that every acknowledged event is there.

run.py --binary PATH --load PATH [--seconds N] [--connections N] [--lake FOLDER] [--out FILE]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

WORKSPACE = "load"
COUNT = "SELECT count(*) AS n FROM events"
QUESTION = "SELECT event, count(*) AS n FROM events GROUP BY event ORDER BY n DESC"


def main():
    args = arguments()
    folder = Path(tempfile.mkdtemp(prefix="bench-ingest-"))
    try:
        print(json.dumps(measure(args, folder), indent=2))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--lake", help="folder of a lake that is copied and added to")
    return parser.parse_args()


def measure(args, folder):
    data = folder / "data"
    make = [args.binary, "--data", data, "workspace", "create", WORKSPACE, "--name", "Load", "--zone", "UTC"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    lake = data / "workspaces" / WORKSPACE / "lake"
    if args.lake:
        shutil.copytree(args.lake, lake)
    result = {"fsync_us": fsync_us(folder), "cores": os.cpu_count()}
    server = subprocess.Popen(
        [args.binary, "--data", data, "serve", "--open", "--listen", "127.0.0.1:0", "--print-url"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"THROUGHLINE_SERVER__KEY_MESSAGES_PER_SECOND": "10000000"},
    )
    try:
        api = Api(server.stdout.readline().strip())
        before = api.count() if args.lake else 0
        key = api.key()
        watch = Watch(server.pid, api)
        watch.start()
        batches = load(args, api, key, server.pid, args.seconds, args.connections, 100, 1)
        singles = load(args, api, key, server.pid, max(args.seconds // 4, 5), args.connections * 16, 1, 2)
        watch.end()
        result |= {"letters_of_100": batches, "letters_of_1": singles} | watch.result()
        stored = api.count() - before
        acknowledged = batches["acknowledged"] + singles["acknowledged"]
        result |= {"acknowledged": acknowledged, "stored": stored}
        assert stored == acknowledged, f"{acknowledged} were acknowledged, {stored} are stored"
    finally:
        server.terminate()
        server.wait()
    result["files"] = len(list((lake / "events").glob("*.parquet")))
    result["disk_bytes"] = sum(path.stat().st_size for path in lake.rglob("*") if path.is_file())
    result["log_bytes"] = sum(path.stat().st_size for path in (lake / "log").glob("*"))
    return result


def load(args, api, key, pid, seconds, connections, batch, seed):
    call = [args.load, api.address, key, str(seconds), str(connections), str(batch), str(seed)]
    before = cpu_seconds(pid)
    result = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    # What the server itself spent, flushes and questions included: says the same on a busy machine.
    spent = cpu_seconds(pid) - before
    return result | {"server_cpu_us_per_event": round(spent * 1e6 / max(result["acknowledged"], 1), 1)}


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fsync_us(folder):
    took = []
    with open(folder / "fsync", "wb") as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - started) * 1e6)
    return {"p50": round(statistics.median(took)), "p99": round(sorted(took)[-3])}


class Api:
    def __init__(self, url):
        self.url = url.rstrip("/")
        self.address = self.url.removeprefix("http://")

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)

    def key(self):
        sources = f"/v1/workspaces/{WORKSPACE}/sources"
        self.post(sources, {"id": "load", "name": "Load", "channel": "web"})
        return self.post(f"{sources}/load/keys", {"kind": "secret"})["key"]

    def sql(self, sql):
        return self.post(f"/v1/workspaces/{WORKSPACE}/sql", {"sql": sql})["rows"]

    def count(self):
        return self.sql(COUNT)[0][0]


class Watch(threading.Thread):
    """Asks a question now and then, and looks at the server's memory."""

    def __init__(self, pid, api):
        super().__init__(daemon=True)
        self.pid, self.api = pid, api
        self.stop = threading.Event()
        self.took, self.resident = [], []

    def run(self):
        while not self.stop.wait(2):
            status = Path(f"/proc/{self.pid}/status").read_text()
            self.resident += [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]
            started = time.perf_counter()
            try:
                self.api.sql(QUESTION)
                self.took.append(time.perf_counter() - started)
            except OSError:
                # A workspace without events yet.
                pass

    def end(self):
        self.stop.set()
        self.join()

    def result(self):
        question = round(statistics.median(self.took), 3) if self.took else None
        return {"resident_mib_max": max(self.resident) // 1024, "question_seconds_p50": question}


if __name__ == "__main__":
    main()
