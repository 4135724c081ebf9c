"""What stands between a library and the product: it passes everything on, and keeps what it passed.

So the test can send the very bytes of a library a second time, and can refuse once what the library then has to
send again. Not a fake of the product: every answer but that one refusal is the product's own.
"""

import http.client
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Of one connection, not of the message.
HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length", "expect"}


@dataclass
class Passed:
    """One request and what was answered."""

    method: str
    path: str
    headers: dict
    body: bytes
    status: int


class Wire:
    """A proxy before the server at `upstream`. With `stumble` the first request that is sent to be kept gets a 503."""

    def __init__(self, upstream, stumble):
        self.upstream = upstream
        self.stumble = stumble
        self.passed = []
        self.lock = threading.Lock()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except ConnectionError:
                    # A library may leave before it has read its answer.
                    self.close_connection = True

            def do_GET(self):
                wire.handle(self)

            do_POST = do_OPTIONS = do_HEAD = do_GET

        class Server(ThreadingHTTPServer):
            # Some libraries open a connection for every message at once, and do not try again.
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, request):
        body = read_body(request)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        if request.command == "POST" and self.refuse_once():
            status, answered, answer = 503, [("Retry-After", "1")], b""
            # A browser only lets its page see a refusal that allows the page's origin.
            if "origin" in {name.lower() for name in headers}:
                answered += [
                    ("Access-Control-Allow-Origin", request.headers["origin"]),
                    ("Access-Control-Allow-Credentials", "true"),
                ]
        else:
            status, answered, answer = send(self.upstream, request.command, request.path, headers, body)
        with self.lock:
            self.passed.append(Passed(request.command, request.path, headers, body, status))
        request.send_response_only(status)
        for name, value in answered:
            if name.lower() not in HOP:
                request.send_header(name, value)
        # As any server says it; a library that is not told may send its next message into a closed connection.
        if request.close_connection:
            request.send_header("Connection", "close")
        if status != 204:
            request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(answer)

    def refuse_once(self):
        with self.lock:
            refuse, self.stumble = self.stumble, False
            return refuse


def read_body(request):
    if "chunked" in request.headers.get("transfer-encoding", "").lower():
        parts = []
        while size := int(request.rfile.readline().split(b";")[0], 16):
            parts.append(request.rfile.read(size))
            request.rfile.readline()
        while request.rfile.readline().strip():
            pass
        return b"".join(parts)
    return request.rfile.read(int(request.headers.get("content-length") or 0))


def send(url, method, path, headers=None, body=b""):
    """Status, headers and body of the answer to one request."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    try:
        connection.request(method, path, body=body or None, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()
