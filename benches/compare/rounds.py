"""The rounds of the benchmark: what is set up, asked in which order, and measured.

Every round returns plain data for `report`. Engines take turns question by question, so that whatever else the machine
does hits all of them alike; the first turn warms up and is measured apart.
"""

import json
import shutil
import statistics
import sys
import threading
import time

import pyarrow.parquet

from engines import FIRST_TOUCH, OURS, PEERS, RESIDENT, Ours, Peer
from meter import run
from product import Failed, Home, asked
from questions import QUESTIONS

# Bytes a row of the columns that a question keeps resident.
COLUMN_BYTES = dict(time=8, event=4, channel=4, amount=8)
COLUMNS = {letter: ["time", "event"] for letter in QUESTIONS} | {
    "b": ["time", "event", "channel"], "e": ["time", "event", "channel", "amount"]}
# Below this, the naive engine is asked too.
NAIVE_MAX = 300_000
TAIL_BATCHES = 20
CANCELS = 30
# Events that come between two questions of a lake that lives, each of a customer of its own.
LIVE_EVENTS = 1000
# The server is idle again once it uses less than a tenth of a core for so long.
IDLE_S = 0.02


class Setting:
    """What all rounds share: data, binary, how often, how wide."""

    def __init__(self, binary, data, work, threads, repetitions, letters, peers):
        self.binary, self.data, self.work = binary, data, work
        self.threads, self.repetitions, self.letters, self.peers = threads, repetitions, letters, peers
        self.meta = json.loads((data / "meta.json").read_text())
        self.events = self.meta["events"]

    def home(self, name):
        return Home(self.binary, self.work / name)

    def serve(self, home, resident):
        # Room for all columns the questions read, with a good margin.
        cache_mib = max(1024, 64 * self.events // 2**20) if resident else 0
        return home.serve(cache_mib, 2048, self.threads)


def import_round(setting):
    """The whole file into a new lake, then everything compacted; beside it pyarrow sorting and rewriting the file, which
    does less (no checks, no identities, no duplicates) and tells how fast the machine is at the moment."""
    home, file = setting.home("home"), setting.data / "arrival.parquet"
    home.make_new()
    summary, brought_in = home.bring_in(file)
    if summary["events"] != setting.events:
        raise Failed(f"{summary['events']} of {setting.events} events were imported")
    _, compacted = home.compact()
    table = home.status()["events"]
    result = dict(
        events=setting.events,
        imported=dict(brought_in, events_per_s=setting.events / brought_in["wall_s"]),
        compacted=compacted,
        bytes_per_event=dict(lake=table["bytes"] / table["rows"], source=file.stat().st_size / setting.events))
    rewritten = setting.work / "rewritten.parquet"
    peer = rewrite(file, rewritten)
    if peer is not None:
        result["peer"] = dict(peer, events_per_s=setting.events / peer["wall_s"])
        result["bytes_per_event"]["peer"] = rewritten.stat().st_size / setting.events
    rewritten.unlink(missing_ok=True)
    return result


REWRITE = """
import sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1]).sort_by([("customer_id", "ascending"), ("time", "ascending")])
pq.write_table(table, sys.argv[2], compression="zstd")
"""


def rewrite(source, target):
    """What rewriting cost; none where pyarrow could not, as it holds the whole file in memory."""
    code, spent = run([sys.executable, "-c", REWRITE, source, target])
    if code:
        print(f"pyarrow could not rewrite the file (it ended with {code})", file=sys.stderr)
        return None
    return spent


def clean_lake(setting):
    home = setting.home("home")
    if not home.folder.exists():
        home.make_new()
        home.bring_in(setting.data / "arrival.parquet")
        home.compact()
    return home


def dirty_lake(setting):
    """95 % compacted; then 5 % in many small imports, a fifth of it late; then links that merge a twentieth of the
    customers, nearly all of them across buckets."""
    home = setting.home("home-dirty")
    if not (home.folder / "whole").exists():
        home.make_new()
        home.bring_in(setting.data / "base.parquet")
        home.compact()
        home.bring_in(setting.data / "tail.parquet", batch=max(1000, setting.meta["tail"] // TAIL_BATCHES))
        home.bring_in(setting.data / "links.ndjson", mapping="links.yaml")
        (home.folder / "whole").touch()
    return home


def clean_round(setting):
    file, tables = setting.data / "sorted.parquet", setting.work / "tables"
    home = clean_lake(setting)
    names = [*(["naive"] if setting.events <= NAIVE_MAX else []), *setting.peers]
    engines = [Peer(name, file, tables, setting.threads) for name in names]
    engines += [Ours(RESIDENT, setting.serve(home, True)), Ours(FIRST_TOUCH, setting.serve(home, False))]
    return interleaved(setting, engines)


def dirty_round(setting):
    """The dirty lake asked of a tenth of its events, beside the clean one asked of all, and a peer to check the answers."""
    file, tables = setting.data / "merged.parquet", setting.work / "tables"
    clean, dirty = clean_lake(setting), dirty_lake(setting)
    status = dirty.status()
    peers = ["naive"] if setting.events <= NAIVE_MAX else []
    peers += [name for name in ("polars", "clickhouse-enum") if name in setting.peers] or [PEERS[-1]]
    engines = [Peer(name, file, tables, setting.threads, filtered=True) for name in peers]
    engines += [Ours(f"{name}-dirty", setting.serve(dirty, name == RESIDENT), filtered=True) for name in OURS]
    checked = [engine.name for engine in engines]
    engines += [Ours(name, setting.serve(clean, name == RESIDENT)) for name in OURS]
    lake = dict(files=status["events"]["files"], rows=status["events"]["rows"],
                rows_of_merged=status["overlay_rows"], linked_profiles=status["linked_profiles"])
    return dict(interleaved(setting, engines, checked), lake=lake)


def interleaved(setting, engines, checked=None):
    """Asks all engines all questions in turn. `checked`: those whose answers must agree; None: all."""
    try:
        return ask_in_turn(setting, engines, checked or [engine.name for engine in engines])
    finally:
        for engine in engines:
            engine.close()


def ask_in_turn(setting, engines, checked):
    runs, answers, failures, differing = {}, {}, {}, []
    for turn in range(setting.repetitions + 1):
        for letter in setting.letters:
            question = QUESTIONS[letter]
            for engine in engines:
                key = (letter, engine.name)
                if key in failures:
                    continue
                try:
                    answer = engine.ask(letter)
                except Failed as failure:
                    failures[key] = str(failure)
                    print(f"{letter} {engine.name}: {failure}", file=sys.stderr)
                    continue
                if answer is None:
                    failures[key] = "not asked"
                    continue
                rows, spent = answer
                runs.setdefault(key, []).append(spent)
                if engine.name not in checked:
                    continue
                canonical = question.canonical(rows)
                first, expected = answers.setdefault(letter, (engine.name, canonical))
                if not question.agree(canonical, expected) and key not in differing:
                    differing.append(key)
                    print(f"{letter}: {engine.name} differs from {first}\n  {str(canonical)[:500]}\n  "
                          f"{str(expected)[:500]}", file=sys.stderr)
        print(f"turn {turn} of {setting.repetitions} done", file=sys.stderr, flush=True)
    resident = resident_mb(setting)
    results = [summary(setting, letter, name, spent, resident, (letter, name) in differing)
               for (letter, name), spent in runs.items()]
    return dict(events=setting.events, customers=setting.meta["customers"], repetitions=setting.repetitions,
                resident_mb=resident, results=results,
                failures=[dict(question=letter, engine=name, why=why) for (letter, name), why in failures.items()],
                differing=[dict(question=letter, engine=name) for letter, name in differing])


def resident_mb(setting):
    """Columns the resident server holds once all questions were asked, by rows and widths."""
    columns = {column for letter in setting.letters for column in COLUMNS[letter]}
    return setting.events * sum(COLUMN_BYTES[column] for column in columns) / 2**20


def summary(setting, letter, name, spent, resident, differs):
    measured = spent[1:] or spent
    wall = statistics.median(run["wall_s"] for run in measured)
    peak = max(run["peak_mb"] for run in spent)
    row = dict(question=letter, engine=name, wall_s=wall, cpu_s=min(run["cpu_s"] for run in measured),
               first_cpu_s=spent[0]["cpu_s"], events_per_s=setting.events / wall, peak_mb=peak, agrees=not differs)
    if name.startswith(RESIDENT):
        row["above_columns_mb"] = peak - resident
    return row


def live_round(setting):
    """What a question costs on a lake that lives: each is asked again as it is, and after events of many customers came,
    which makes every shard another one. Both of the clean lake and of the dirty one, with columns in memory."""
    results = []
    for name, lake in ((RESIDENT, clean_lake), (f"{RESIDENT}-dirty", dirty_lake)):
        copy = setting.home("home-live")
        shutil.rmtree(copy.folder, ignore_errors=True)
        shutil.copytree(lake(setting).folder, copy.folder)
        server = setting.serve(copy, True)
        try:
            sender = server.sender(customers(setting, LIVE_EVENTS))
            for letter in setting.letters:
                question = asked(letter, False)
                for _ in range(2):
                    server.ask(question)
                again, after = [], []
                for _ in range(setting.repetitions):
                    again.append(server.ask(question)[1])
                    sender.send()
                    after.append(server.ask(question)[1])
                for what, spent in (("again", again), ("after", after)):
                    results.append(dict(question=letter, engine=name, what=what,
                                        cpu_s=min(run["cpu_s"] for run in spent),
                                        wall_s=statistics.median(run["wall_s"] for run in spent)))
        finally:
            server.close()
            shutil.rmtree(copy.folder, ignore_errors=True)
    return dict(events=setting.events, repetitions=setting.repetitions, sent=LIVE_EVENTS, results=results)


def customers(setting, count):
    """Some of the customers whose events were imported, as the source writes them."""
    first = pyarrow.parquet.ParquetFile(setting.data / "arrival.parquet").read_row_group(0, columns=["customer_id"])
    return [str(customer) for customer in first["customer_id"].unique().to_pylist()[:count]]


def cancel_round(setting):
    """How long after a cancel the answer ends, and how long the server goes on working. Asked of the lake without
    cache, where a question takes longest; the moment of the cancel moves through the question."""
    results = []
    for letter in [letter for letter in "ch" if letter in setting.letters] or setting.letters[:1]:
        server = setting.serve(clean_lake(setting), resident=False)
        try:
            question = asked(letter, False)
            usual = statistics.median(server.ask(question)[1]["wall_s"] for _ in range(3))
            tries = [cancel(server, question, f"cancel-{letter}-{i}", usual * (0.1 + 0.8 * i / CANCELS))
                     for i in range(CANCELS)]
        finally:
            server.close()
        met = [one for one in tries if one is not None]
        if not met:
            raise Failed("every question was over before it could be cancelled; ask more events")
        results.append(dict(question=letter, usual_ms=usual * 1000, cancelled=len(met), tries=len(tries),
                            answer_ms=spread([one[0] for one in met]), work_ms=spread([one[1] for one in met])))
    return dict(events=setting.events, results=results)


def spread(seconds):
    ordered = sorted(second * 1000 for second in seconds)
    return dict(median=statistics.median(ordered), most=ordered[-1])


def cancel(server, question, query_id, after_s):
    """Asks, cancels after a while: seconds until the answer ended, and until the server was idle. None if the answer was
    there before the cancel."""
    asking, cancelling = server.connect(), server.connect()
    cancelling.connect()
    ended = {}

    def wait():
        response = asking.getresponse()
        ended["status"] = response.status
        response.read()
        ended["at"] = time.perf_counter()

    server.post(asking, question, query_id)
    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(after_s)
    began = time.perf_counter()
    cancelling.request("DELETE", f"/v1/queries/{query_id}")
    cancelling.getresponse().read()
    idle = began
    looked, spent = began, server.meter.cpu_s()
    while looked - idle < IDLE_S:
        time.sleep(0.002)
        now, cpu = time.perf_counter(), server.meter.cpu_s()
        if cpu - spent > 0.1 * (now - looked):
            idle = now
        looked, spent = now, cpu
    waiting.join()
    asking.close(), cancelling.close()
    return None if ended["status"] == 200 else (ended["at"] - began, idle - began)


def clear(setting):
    """Deletes lakes and tables; the generated events stay."""
    for folder in ("home", "home-dirty", "tables"):
        shutil.rmtree(setting.work / folder, ignore_errors=True)
