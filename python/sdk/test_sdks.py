"""The vendors' own client libraries deliver to the product.

    python test_sdks.py --binary FILE [--only NAME …]

Starts the program FILE on an empty folder, makes each library a source of its own, drives the library unmodified
(`drives.py`, `node/libraries/`) through a wire that keeps what was sent (`wire.py`), and asks the product over SQL
what it holds (`stories.py`): the events under their names, typed columns, traits, and one customer for visitor,
person and second device. Then the bytes of every request are sent once more, and nothing may have been added.
Not a test of what a protocol may say at most: the decoders' own tests are for that.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid
from pathlib import Path

from drives import DRIVES, Words
from product import DEADLINE_SECONDS, Failure, Product, check
from stories import ADDRESS, AMOUNT, CAMPAIGN, PAGE_VIEW, PLAN, SCREEN_VIEW, STORIES
from wire import Wire, send

NODE = Path(__file__).parent / "node"
# Longest any library may take, its own waiting before it tries again included.
DRIVE_SECONDS = 120


def uuid7():
    """As browsers of PostHog name themselves; `uuid.uuid7` is newer than the oldest Python we run on."""
    number = uuid.uuid1().time << 64 | uuid.uuid4().int >> 64
    number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(uuid.UUID(int=number & (1 << 128) - 1))


def words_of(name, url, key):
    fresh = uuid7 if name.startswith("posthog") else lambda: str(uuid.uuid4())
    return Words(url, key, ADDRESS, f"person-{name}", fresh(), fresh(), f"{name}@example.com", f"O-{name}")


@contextlib.contextmanager
def driven(name, words):
    """The library has been told everything. Leaving it raises what it reports; a browser's console belongs to that."""
    if name in DRIVES:
        DRIVES[name](words)
        yield
        return
    command = ["node", "drive.mjs", name, json.dumps(vars(words))]
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            command, cwd=NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, text=True
        )
        watch = threading.Timer(DRIVE_SECONDS, process.kill)
        watch.start()
        try:
            if any(line.strip() == "driven" for line in process.stdout):
                yield
            process.communicate()
        finally:
            watch.cancel()
            process.kill()
            process.wait()
        told.seek(0)
        check(process.returncode == 0, f"node ended with {process.returncode}:\n{told.read()}")


def check_story(name, story, words, rows, answered):
    counts = dict(collections.Counter(row["event"] for row in rows))
    check(counts == story.events, f"holds {counts}, expected {story.events}; answered {answered}")
    customers = {row["customer"] for row in rows}
    told = [(row["event"], row["customer"], row["identifiers"]) for row in rows]
    check(len(customers) == 1, f"visitor and person are {len(customers)} customers: {told}")
    known = {(one["namespace"], one["value"]) for row in rows for one in json.loads(row["identifiers"])}
    check(("user_id", words.person) in known, f"nobody is the person {words.person}: {sorted(known)}")
    check(len(known) > 1, f"only one identifier is known: {sorted(known)}")

    order = next(row for row in rows if row["event"] == story.bought)
    found = (order["order_id"], order["amount"], order["currency"])
    check(found == (words.order, AMOUNT, story.currency), f"{story.bought}: order, amount and currency are {found}")
    seen = [row for row in rows if row["event"] in (PAGE_VIEW, SCREEN_VIEW)]
    view = next((row for row in seen if row["page"] == story.page), None)
    check(view, f"no view is of the page {story.page}: {[row['page'] for row in seen]}")
    for column, value in (CAMPAIGN | {"channel": story.channel}).items():
        check(view[column] == value, f"{view['event']}: {column} is {view[column]!r}, expected {value!r}")
    if story.traits:
        traits = {}
        for row in rows:
            traits |= json.loads(row["traits"] or "{}")
        found = (traits.get("email"), traits.get("plan"))
        check(found == (words.email, PLAN), f"e-mail and plan are {found}: {traits}")
        identifies = ("email", words.email) in known
        check(identifies == story.reaches, f"the e-mail is {'an' if identifies else 'no'} identifier: {sorted(known)}")


def check_refusal(wire):
    """What was refused was sent again and taken."""
    refused = next(passed for passed in wire.passed if passed.status == 503)
    again = [
        passed
        for passed in wire.passed
        if passed.path.split("?")[0] == refused.path.split("?")[0] and passed.status == 200 and passed.method == "POST"
    ]
    check(again, "what was refused with 503 was not sent again")


def send_again(product, wire, name, secret):
    """Every kept request once more, then an event that tells when they are all visible."""
    for passed in wire.passed:
        if passed.status in (200, 202, 204) and passed.method in ("GET", "POST"):
            status, _, answer = send(product.url, passed.method, passed.path, passed.headers, passed.body)
            check(status == passed.status, f"sent again, {passed.path} was answered with {status}: {answer!r}")
    marker = {"event": "all_sent_again", "identifiers": {"user_id": f"marker-{name}"}}
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    status, _, answer = send(product.url, "POST", "/v1/events", headers, json.dumps(marker).encode())
    check(status in (200, 202), f"the product's own door answered {status}: {answer!r}")


def deliver(product, name):
    """One library from its first call to what the lake holds. Returns its customer and how long it took."""
    started = time.monotonic()
    story = STORIES[name]
    public, secret = product.source(name)
    wire = Wire(product.url, story.stumble)
    words = words_of(name, wire.url, public)
    try:
        wanted = sum(story.events.values())
        with driven(name, words):
            rows = product.events(name, wanted)
        failed = [(p.method, p.path, p.status) for p in wire.passed if p.status >= 400 and p.status != 503]
        check(not failed, f"refused: {failed}")
        answered = [(passed.method, passed.path.split("?")[0], passed.status) for passed in wire.passed]
        check_story(name, story, words, rows, answered)
        if story.stumble:
            check_refusal(wire)
        if story.again:
            send_again(product, wire, name, secret)
            rows = product.events(name, wanted + 1)
            counts = collections.Counter(row["event"] for row in rows if row["event"] != "all_sent_again")
            check(dict(counts) == story.events, f"sent again, it holds {dict(counts)}, expected {story.events}")
            check(len(rows) == wanted + 1, f"not all was visible {DEADLINE_SECONDS} s after it was sent again")
        return rows[0]["customer"], time.monotonic() - started
    finally:
        wire.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", nargs="*", default=sorted(STORIES), choices=sorted(STORIES), metavar="NAME")
    arguments = parser.parse_args()

    failed = 0
    customers = {}
    with tempfile.TemporaryDirectory() as data:
        product = Product(str(Path(arguments.binary).resolve()), data)
        try:
            with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
                running = {pool.submit(deliver, product, name): name for name in arguments.only}
                for done in concurrent.futures.as_completed(running):
                    name = running[done]
                    try:
                        customers[name], seconds = done.result()
                        print(f"{name}: delivered in {seconds:.1f} s")
                    except Exception as error:
                        failed += 1
                        print(f"{name}: FAILED: {error}", file=sys.stderr)
                        if not isinstance(error, Failure):
                            traceback.print_exception(error)
            letters = product.rejections()
            if letters:
                failed += 1
                print(f"dead letters: {json.dumps(letters, indent=1)}", file=sys.stderr)
            if len(set(customers.values())) != len(customers):
                failed += 1
                print(f"people of different libraries became one: {customers}", file=sys.stderr)
        finally:
            product.close()
    print(f"{len(customers)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
