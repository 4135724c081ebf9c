"""The product as its owner sees it: started on an empty folder, asked over its API."""

import json
import subprocess
import time

from wire import send

WORKSPACE = "shop"
DEADLINE_SECONDS = 30


class Failure(Exception):
    """What differs, and where."""


def check(holds, message):
    if not holds:
        raise Failure(message)


class Product:
    """The running program `binary` on the empty folder `data`."""

    def __init__(self, binary, data):
        command = [binary, "--data", data]
        subprocess.run(
            [*command, "workspace", "create", WORKSPACE, "--name", "Shop", "--zone", "Asia/Shanghai"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        # Open: who may do what is tested elsewhere, and the doors ask for keys all the same.
        serve = [*command, "serve", "--listen", "127.0.0.1:0", "--print-url", "--open"]
        self.process = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        check(self.url.startswith("http"), f"the server did not start: {self.url or 'it said nothing'}")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=DEADLINE_SECONDS)

    def ask(self, method, path, body=None):
        """Status and JSON of one call below the workspace."""
        payload = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        status, _, answer = send(self.url, method, f"/v1/workspaces/{WORKSPACE}{path}", headers, payload)
        return status, json.loads(answer or b"null")

    def source(self, name):
        """A public and a secret key of a new source."""
        status, answer = self.ask("POST", "/sources", {"id": name, "name": name, "channel": "web", "origins": []})
        check(status == 201, f"no source {name}: {answer}")
        keys = []
        for kind in ("public", "secret"):
            status, answer = self.ask("POST", f"/sources/{name}/keys", {"kind": kind})
            check(status == 201, f"no {kind} key for {name}: {answer}")
            keys.append(answer["key"])
        return keys

    def rows(self, sql):
        """Rows as dictionaries; none while the workspace holds no events."""
        status, answer = self.ask("POST", "/sql", {"sql": sql})
        if status != 200 and answer["error"]["code"] == "workspace_empty":
            return []
        check(status == 200, f"{sql}: {answer}")
        names = [column["name"] for column in answer["columns"]]
        return [dict(zip(names, row)) for row in answer["rows"]]

    def events(self, source, at_least):
        """The source's events in order, as soon as there are `at_least` so many, or what is there at the deadline."""
        until = time.monotonic() + DEADLINE_SECONDS
        while True:
            rows = self.rows(f"SELECT * FROM events WHERE source = '{source}' ORDER BY time, seq")
            if len(rows) >= at_least or time.monotonic() > until:
                return rows
            time.sleep(0.2)

    def rejections(self):
        status, answer = self.ask("GET", "/rejections?limit=100")
        check(status == 200, f"no dead letters: {answer}")
        return answer["rejections"]
