"""Drives the load generator against the product and checks that every acknowledged event is there.

run.py --binary PATH --load PATH [--seconds N] [--connections N] [--lake FOLDER] [--write]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))

import report  # noqa: E402

WORKSPACE = "load"
COUNT = "SELECT count(*) AS n FROM events"
QUESTION = "SELECT event, count(*) AS n FROM events GROUP BY event ORDER BY n DESC"


def main():
    args = arguments()
    folder = Path(tempfile.mkdtemp(prefix="bench-ingest-", dir=args.work))
    try:
        result = measure(args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=2))
    print(table(result, "en"))
    if args.write:
        report.write_block(f"ingest {report.size_name(result['before'])}" if result["before"] else "ingest",
                           result, {language: table(result, language) for language in report.LANGUAGES})


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--lake", help="folder of a lake that is copied and added to")
    parser.add_argument("--work", help="where the copy and what is sent are kept meanwhile")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reference/performance*.md")
    return parser.parse_args()


def measure(args, folder):
    data = folder / "data"
    make = [args.binary, "--data", data, "workspace", "create", WORKSPACE, "--name", "Load", "--zone", "UTC"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    lake = data / "workspaces" / WORKSPACE / "lake"
    if args.lake:
        shutil.copytree(args.lake, lake)
    result = {"fsync_us": fsync_us(folder), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
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
        watch = Watch(server.pid, api, lake)
        watch.start()
        batches = load(args, api, key, server.pid, args.seconds, args.connections, 100, 1)
        singles = load(args, api, key, server.pid, max(args.seconds // 4, 5), args.connections * 16, 1, 2)
        watch.end()
        result |= {"before": before, "letters_of_100": batches, "letters_of_1": singles} | watch.result()
        stored = api.count() - before
        acknowledged = batches["acknowledged"] + singles["acknowledged"]
        result |= {"acknowledged": acknowledged, "stored": stored}
        assert stored == acknowledged, f"{acknowledged} were acknowledged, {stored} are stored"
    finally:
        server.terminate()
        server.wait()
    result["at_the_end"] = held(lake)
    return result


def held(lake):
    """Data files in the folder and of the table, bytes of all and of the log. Files that were replaced stay until they
    are old enough to be removed, so the folder has more than the table."""
    def bytes_of(paths):
        total = 0
        for path in paths:
            try:
                total += path.stat().st_size
            except OSError:
                # It was replaced meanwhile.
                pass
        return total

    table = set()
    for commit in sorted((lake / "events" / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            entry = json.loads(line)
            if "add" in entry:
                table.add(entry["add"]["path"])
            elif "remove" in entry:
                table.discard(entry["remove"]["path"])
    return {"files": len(table), "table_bytes": bytes_of(lake / "events" / name for name in table),
            "log_bytes": bytes_of((lake / "log").glob("*"))}


TITLES = {
    "en": ("Events coming in", "beside {before:.0f} M events in the lake", "into an empty lake",
           "{cores} cores that the sender shares; an fsync of 4 KiB takes {p50} µs, at most {p99} of a hundredth; load {load} before.",
           "| | events/s | letters/s | p50 ms | p99 ms | longest ms | server's CPU µs an event |", "letters of 100", "letters of 1",
           "{acknowledged:,} events were acknowledged and as many are stored. Resident memory was at most {rss} MiB; a question over all "
           "events took {question:.2f} s (median), the next asked two seconds after each answer. Data files and bytes of the log: {files}."),
    "zh-CN": ("事件实时到来", "数据湖中已有 {before:.0f} 百万事件", "写入空的数据湖",
              "{cores} 核，与发送端共用；4 KiB 的 fsync 为 {p50} 微秒，百分之一超过 {p99} 微秒；测前负载 {load}。",
              "| | 事件/秒 | 请求/秒 | p50 毫秒 | p99 毫秒 | 最长毫秒 | 服务端每事件 CPU 微秒 |", "每请求 100 个事件", "每请求 1 个事件",
              "确认 {acknowledged:,} 个事件，存有同样多。常驻内存最多 {rss} MiB；其间不断对全部事件提问，每次回答后隔两秒，用时中位数 {question:.2f} 秒。"
              "数据文件数与日志字节：{files}。"),
}


def table(result, language):
    """The numbers as Markdown."""
    title, beside, empty, machine, head, hundred, one, rest = TITLES[language]
    where = beside.format(before=result["before"] / 1e6) if result["before"] else empty
    lines = [f"### {title}, {where}" if language == "en" else f"### {title}：{where}", "",
             machine.format(cores=result["cores"], load=result["load"], **result["fsync_us"]), "", head, "|---" * 7 + "|"]
    for name, key in ((hundred, "letters_of_100"), (one, "letters_of_1")):
        row = result[key]
        cells = [f"{row['events_per_second']:,.0f}", f"{row['letters'] / row['seconds']:,.0f}",
                 *(f"{row[at] / 1000:.1f}" for at in ("p50_us", "p99_us", "max_us")), f"{row['server_cpu_us_per_event']:.1f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    shown = [*result["while_running"], result["at_the_end"]]
    files = (", " if language == "en" else "、").join(f"{at['files']} / {at['log_bytes'] / 1e6:.0f} MB" for at in shown)
    lines += ["", rest.format(acknowledged=result["acknowledged"], rss=result["resident_mib_max"],
                              question=result["question_seconds_p50"] or 0, files=files)]
    return "\n".join(lines) + "\n"


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

    def __init__(self, pid, api, lake):
        super().__init__(daemon=True)
        self.pid, self.api, self.lake = pid, api, lake
        self.stop = threading.Event()
        self.took, self.resident, self.held = [], [], []

    def run(self):
        looked = time.perf_counter()
        while not self.stop.wait(2):
            if time.perf_counter() - looked >= 120:
                self.held.append(held(self.lake))
                looked = time.perf_counter()
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
        return {"resident_mib_max": max(self.resident) // 1024, "question_seconds_p50": question,
                "while_running": self.held}


if __name__ == "__main__":
    main()
