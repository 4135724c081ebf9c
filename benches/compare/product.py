"""Throughline, through the product: its import into its lake, and its server's HTTP API.

Not here: what is measured when (see `rounds`), and what the questions mean (see `questions`).
"""

import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.parse

from meter import Meter, run
from questions import (AWAY_SINCE, BOUGHT_LEAST, BOUGHT_SINCE, LOOKBACK, PATH_STEPS, PATHS, RETENTION_WEEKS,
                       SESSION_GAP, WINDOW)
from shape import (CHANNELS, DAY, END, FILTER_COLUMN, FILTER_VALUE, MINUTE, PAGE_VIEW, PURCHASE, SECOND, START, STEPS,
                   TOUCHES, WEEK)

HERE = pathlib.Path(__file__).parent
WORKSPACE = "bench"


class Failed(Exception):
    """The product refused or could not do what it was asked."""


class Home:
    """A data folder of the product, and its command line."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)

    def make_new(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.run("workspace", "create", WORKSPACE)

    def run(self, *arguments):
        """Runs a command to its end: what it prints, and its wall seconds, CPU seconds and peak resident MB."""
        command = [self.binary, *map(str, arguments), "--data", str(self.folder), "--json"]
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as problems:
            code, spent = run(command, stdout=out, stderr=problems)
            out.seek(0), problems.seek(0)
            if code != 0:
                raise Failed(f"{' '.join(command)} ended with {code}: {problems.read()[-2000:]}")
            return json.loads(out.read() or "null"), spent

    def bring_in(self, file, mapping="mapping.yaml", batch=None):
        batch = [] if batch is None else ["--batch", batch]
        return self.run("import", file, "--mapping", HERE / mapping, "--workspace", WORKSPACE, *batch)

    def compact(self):
        return self.run("lake", "compact", "--full", "--workspace", WORKSPACE)

    def status(self):
        return self.run("lake", "status", "--workspace", WORKSPACE)[0]

    def serve(self, cache_mib, memory_mib, threads):
        settings = dict(THROUGHLINE_ENGINE__CACHE_MIB=cache_mib, THROUGHLINE_ENGINE__MEMORY_MIB=memory_mib,
                        THROUGHLINE_ENGINE__PARTITIONS=threads)
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        command = [self.binary, "serve", "--open", "--listen", "127.0.0.1:0", "--print-url", "--data", str(self.folder)]
        return Server(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))


class Server:
    """A running server of the product. Asks one question at a time."""

    def __init__(self, process):
        self.process, self.meter = process, Meter(process.pid)
        url = process.stdout.readline().strip()
        if not url:
            raise Failed("the server ended before it was ready; what it said stands above")
        self.address = urllib.parse.urlsplit(url)
        self.connection = self.connect()
        self.paths = self.get("/v1/openapi.json")["paths"]

    def connect(self):
        return http.client.HTTPConnection(self.address.hostname, self.address.port)

    def get(self, path):
        self.connection.request("GET", path)
        return self.read(self.connection)

    @staticmethod
    def read(connection):
        response = connection.getresponse()
        body = response.read()
        if response.status not in (200, 201):
            raise Failed(f"the server answered {response.status}: {body[:600].decode(errors='replace')}")
        return json.loads(body)

    def sender(self, customers):
        """Something that sends events of these customers to the running product, as a source of its own."""
        sources = f"/v1/workspaces/{WORKSPACE}/sources"
        self.call(sources, {"id": "live", "name": "Live", "channel": "web"})
        return Sender(self, self.call(f"{sources}/live/keys", {"kind": "secret"})["key"], customers)

    def call(self, path, body, headers=None):
        self.connection.request("POST", path, json.dumps(body), {"content-type": "application/json"} | (headers or {}))
        return self.read(self.connection)

    def knows(self, question):
        return "/v1/workspaces/{workspace}/" + question.path in self.paths

    @staticmethod
    def post(connection, question, query_id=None):
        headers = {"content-type": "application/json"} | ({"x-query-id": query_id} if query_id else {})
        connection.request("POST", f"/v1/workspaces/{WORKSPACE}/{question.path}", json.dumps(question.body), headers)

    def ask(self, question):
        """The answer's rows, and what the server spent on it until the answer was there."""
        self.meter.begin()
        self.post(self.connection, question)
        response = self.connection.getresponse()
        body = response.read()
        spent = self.meter.end()
        if response.status != 200:
            raise Failed(f"the server answered {response.status}: {body[:600].decode(errors='replace')}")
        return question.rows(json.loads(body)), spent

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Sender:
    """Sends an event of each of its customers at a time, of a name no question asks about."""

    def __init__(self, server, key, customers):
        self.server, self.headers = server, {"authorization": f"Bearer {key}"}
        self.customers, self.times = customers, 0

    def send(self):
        self.times += 1
        # Before the moment questions are asked as of, so that they take part.
        events = [dict(event="looked_at", message_id=f"live-{self.times}-{customer}", time=(END - SECOND) // 1000,
                       identifiers=[dict(namespace="customer_id", value=customer)]) for customer in self.customers]
        taken = self.server.call("/v1/events", events, self.headers)
        if taken["accepted"] != len(events):
            raise Failed(f"{taken['accepted']} of {len(events)} events were taken")


class Asked:
    """A question as the API takes it."""

    def __init__(self, path, body, rows):
        self.path, self.body, self.rows = path, body, rows


def span(us):
    """A length of time as the product writes it."""
    return f"{us // DAY}d" if us % DAY == 0 else f"{us // MINUTE}m"


def rule(*events, **more):
    return [dict(event=list(events), **more)]


def asked(letter, filtered):
    """The question of this letter; `filtered`: of the events that pass the dirty round's filter alone."""
    where = [dict(column=FILTER_COLUMN, op="eq", value=FILTER_VALUE)]
    scope = dict(as_of_us=END, zone="UTC") | (dict(events=[dict(where=where)]) if filtered else {})
    steps = [dict(name=step, match=rule(step)) for step in STEPS]
    funnel = dict(steps=steps, window=span(WINDOW))

    def reached(numbers):
        return [step["reached"]["customers"] for step in numbers["steps"]]

    if letter == "a":
        return Asked("funnel", dict(funnel, scope=scope), lambda answer: [reached(answer)])
    if letter == "b":
        of_steps = rule(*STEPS, where=where) if filtered else rule(*STEPS)
        by = dict(dimension="channel", at="first", top=len(CHANNELS))
        return Asked("funnel", dict(funnel, scope=dict(scope, events=of_steps, by=by)),
                     lambda answer: [[group["value"], *reached(group)] for group in answer["groups"]])
    if letter == "c":
        scope["subject"] = dict(of="session", timeout=span(SESSION_GAP))
        return Asked("paths", dict(scope=scope, steps=PATH_STEPS, collapse=True, top=PATHS),
                     lambda answer: [[path["path"], path["people"]["instances"]] for path in answer["top"]])
    if letter == "d":
        return Asked("retention", dict(scope=scope, unit="week", last=RETENTION_WEEKS - 1), cells)
    if letter == "e":
        return Asked("attribution", dict(
            scope=scope, conversion=rule(PURCHASE), value="amount", touches=rule(*TOUCHES), credit="channel",
            top=len(CHANNELS), lookback=span(LOOKBACK), earlier="keep", models=["linear", "last"]), credits)
    if letter == "f":
        return Asked("sessions", dict(scope=scope, timeout=span(SESSION_GAP), apart=[]), lambda answer: [[
            answer["sessions"]["instances"], answer["duration"]["mean_s"] * answer["duration"]["count"] * SECOND,
            answer["bounces"]["instances"]]])
    if letter == "g":
        # Membership goes by all of a customer's events, whatever the scope leaves out; so the tests say which they mean.
        only = dict(where=where) if filtered else {}
        bought = dict(match=rule(PURCHASE, **only), within=dict(last=span(END - BOUGHT_SINCE)), **{"is": dict(gte=BOUGHT_LEAST)})
        seen = dict(match=rule(PAGE_VIEW, **only), within=dict(last=span(END - AWAY_SINCE)))
        who = {"all": [dict(did=bought), {"not": dict(did=seen)}]}
        return Asked("segmentation", dict(scope=scope, segments=[dict(id="buyers-away", name="buyers away", who=who)]),
                     lambda answer: [[answer["segments"][0]["members"]["customers"]]])
    return Asked("transitions", dict(scope=scope), lambda answer: [
        [edge["from"], edge["to"], edge["count"], edge["gap"]["median_s"] * SECOND] for edge in answer["edges"]])


def cells(answer):
    """Retention's cells, counted from the first week of all."""
    return [[(cohort["from_us"] - START) // WEEK, int(cell["name"]), cell["returned"]["customers"]]
            for cohort in answer["cohorts"] for cell in cohort["cells"] if cell["returned"]["customers"]]


def credits(answer):
    for value in answer["values"]:
        of = {credit["model"]: credit for credit in value["credits"]}
        yield [value["value"], *(of[model][number] for model in ("linear", "last") for number in ("conversions", "value"))]
