"""Every operation of the API's description, with what fits it and what does not.

    python test_openapi.py --binary FILE --data FOLDER [--examples N] [-- ARGUMENTS OF SCHEMATHESIS …]

Starts the program FILE on a copy of the data FOLDER (which holds the workspace `ecom`), signs in as its first
administrator, and lets schemathesis make requests from `/v1/openapi.json`: none may end in a fault of the server, and
each answer must have a status and a content type that the description promises. The same requests every time. Not a test
of what the answers mean.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

WORKSPACE = "ecom"
JOURNEY = "online-purchase"
PASSWORD = "a long phrase for a test alone"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
DEADLINE_SECONDS = 30

# Left out: a stream without end, and what would end or lock the session that the others are tried with.
LEFT_OUT = ("watchLive", "signOut", "changePassword")

# Ids that exist, so that requests get further than a 404. Others are tried as well, as the parameters of what is not
# there: schemathesis breaks them in its negative cases.
CONFIG = f"""
[parameters]
"path.workspace" = "{WORKSPACE}"
"path.journey" = "{JOURNEY}"
"""


def call(url, method, path, body=None, headers=None):
    """JSON and headers of an answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **(headers or {})}
    request = urllib.request.Request(url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:
        return json.load(answer), answer.headers


def signed_in(url, setup):
    """Headers of a session of the first administrator, who owns the workspace."""
    person = {
        "token": setup.split("token=")[1],
        "name": "Ada",
        "email": "ada@example.com",
        "password": PASSWORD,
    }
    session, headers = call(url, "POST", "/v1/setup", person)
    return {"cookie": headers["set-cookie"].split(";")[0], "x-csrf-token": session["csrf"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--examples", type=int, default=6)
    parser.add_argument("--checks", default=CHECKS)
    parser.add_argument("--phases", default="examples,fuzzing", help="`coverage` as well: hours of what is just not valid")
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copytree(arguments.data, folder / "data")
        (folder / "schemathesis.toml").write_text(CONFIG)
        serve = [arguments.binary, "--data", folder / "data", "serve", "--listen", "127.0.0.1:0", "--json"]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            ready = json.loads(server.stdout.readline())
            headers = signed_in(ready["url"], ready["setup"])
            failed = walk(ready["url"], headers, folder, arguments)
            # It is still there.
            call(ready["url"], "GET", "/v1/session", headers=headers)
        finally:
            server.terminate()
            server.wait(timeout=DEADLINE_SECONDS)
        if failed:
            faults = [line for line in (folder / "log").read_text().splitlines() if "ERROR" in line]
            print("\n".join(faults[:50]), file=sys.stderr)
        return failed


def walk(url, headers, folder, arguments):
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml", "run"]
    command += [f"{url}/v1/openapi.json", "--phases", arguments.phases, "--checks", arguments.checks, "--seed", "1"]
    command += ["--generation-deterministic", "--no-shrink", "--continue-on-failure"]
    command += ["--max-examples", str(arguments.examples), "--request-timeout", str(DEADLINE_SECONDS)]
    # One worker: before Python 3.12 two threads that read a function's source at once end in a SystemError of `ast`.
    command += ["--suppress-health-check", "all", "--warnings", "off", "--no-color", "--workers", "1"]
    for name in LEFT_OUT:
        command += ["--exclude-operation-id", name]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    return subprocess.run([*command, *arguments.rest], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
