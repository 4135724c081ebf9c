"""Who is asked, behind one face: peers as processes of their own, the product as a server.

`ask` gives an answer's rows and what it cost; it raises `Failed` for an engine that cannot, and returns None for a
question the product does not know yet.
"""

import json
import os
import pathlib
import subprocess
import sys

from product import Failed, asked

HERE = pathlib.Path(__file__).parent

CLICKHOUSE = ["clickhouse-enum", "clickhouse-lowcard", "clickhouse-parquet"]
PEERS = [*CLICKHOUSE, "duckdb-table", "duckdb-parquet", "polars"]
RESIDENT, FIRST_TOUCH = "throughline-resident", "throughline-first-touch"
OURS = [RESIDENT, FIRST_TOUCH]


class Peer:
    def __init__(self, name, data, tables, threads, filtered=False):
        self.name = name
        command = [sys.executable, HERE / "worker.py", name, data, tables, *(["--filter"] if filtered else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=os.environ | {"BENCH_THREADS": str(threads)})
        # Loading must not overlap with anything else.
        self.line()

    def line(self):
        """The next line that is ours; peers may write others."""
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise Failed(f"{self.name} died")

    def ask(self, letter):
        try:
            self.process.stdin.write(letter + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"{self.name} died") from None
        answer = self.line()
        if "error" in answer:
            raise Failed(answer["error"])
        return answer.pop("rows"), answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Ours:
    def __init__(self, name, server, filtered=False):
        self.name, self.server, self.filtered = name, server, filtered

    def ask(self, letter):
        question = asked(letter, self.filtered)
        return self.server.ask(question) if self.server.knows(question) else None

    def close(self):
        self.server.close()
