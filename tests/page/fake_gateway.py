"""Replaces a gateway: serves the files of bot/page with the real security policy, and an API whose
answers a test sets."""

import copy
import http.server
import json
import pathlib
import queue
import threading

PAGE = pathlib.Path(__file__).resolve().parents[2] / "bot" / "page"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
OWNER, VIEWER = "owner-token-0123456789", "viewer+token/01234=="


class FakeGateway:
    """Serves from its construction to close(); stop() and start() interrupt that.

    `status` is the status that it reports, `requests` the requests that it received, as (method,
    path, Authorization, Host), and `answers` its answers by command line; others are answered
    "done".
    """

    def __init__(self, status):
        self.status = status
        self.requests = []
        self.commands = queue.Queue()  # (line, headers)
        self.answers = {}
        self.refuse_all = False
        self.port = 0
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        handler = type("Handler", (_Handler,), {"gateway": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    close = stop

    def level(self, authorization):
        if self.refuse_all:
            return None
        return {f"Bearer {OWNER}": "owner", f"Bearer {VIEWER}": "viewer"}.get(authorization)

    def status_for(self, level):
        status = copy.deepcopy(self.status)
        status["may_change"] = level == "owner"
        return status

    def run(self, line, headers):
        self.commands.put((line, headers))
        return self.answers.get(line, {"ok": True, "text": "done"})


class _Handler(http.server.BaseHTTPRequestHandler):
    gateway = None

    def do_GET(self):
        self._note()
        if self.path == "/api/status":
            level = self.gateway.level(self.headers["Authorization"])
            if level is None:
                self._answer(401, "application/json", b"{}")
            else:
                self._json(self.gateway.status_for(level))
            return
        file = PAGE / (self.path.split("?")[0].lstrip("/") or "index.html")
        if file.parent != PAGE or file.suffix not in TYPES or not file.is_file():
            self._answer(404, "text/plain", b"")
            return
        self._answer(200, TYPES[file.suffix], file.read_bytes())

    def do_POST(self):
        self._note()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        level = self.gateway.level(self.headers["Authorization"])
        if level != "owner":
            self._answer(401 if level is None else 403, "application/json", b"{}")
            return
        self._json(self.gateway.run(json.loads(body)["command"], dict(self.headers)))

    def _note(self):
        self.gateway.requests.append((self.command, self.path, self.headers["Authorization"],
                                      self.headers["Host"]))

    def _json(self, value):
        self._answer(200, "application/json", json.dumps(value).encode())

    def _answer(self, code, kind, body):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass
