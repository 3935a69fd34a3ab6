"""Tests ngcshare status, the page's server, metrics and health of a running gateway."""

import json
import subprocess
import unittest
import urllib.error
import urllib.request

from harness import NGCSHARE, SharedWorld, connect, free_port, local_port, refuses
from servers import TcpServer, echo


class Status(SharedWorld):
    """A gateway with its page, and a member with an open connection."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.http = free_port()
        cls.gateway = cls.world.gateway("--share", f"echo={cls.server.port}",
                                        "--http", str(cls.http))
        cls.gateway.chat_id = cls.gateway.event("group")["chat_id"]
        cls.folder = cls.world.path("gateway")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.port = local_port(cls.member, "echo", 60)
        cls.tokens = {who: cls.read_token(name) for who, name in
                      (("viewer", "http-token"), ("owner", "http-owner-token"))}

    @classmethod
    def read_token(cls, name):
        with open(f"{cls.folder}/{name}") as file:
            return file.read().strip()

    def ask(self, path, token=None, data=None, **headers):
        """Sends a request; returns the response's status and body."""
        if token:
            headers["Authorization"] = f"Bearer {self.tokens[token]}"
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def command(self, line, token="owner"):
        status, body = self.ask("/api/command", token, json.dumps({"command": line}).encode(),
                                **{"Content-Type": "application/json"})
        return status, json.loads(body) if status == 200 else body

    def run_ngcshare(self, *words):
        return subprocess.run([NGCSHARE, words[0], "--data-dir", self.folder, *words[1:]], text=True,
                              timeout=60, capture_output=True)

    def use(self):
        client = connect(self.port)
        client.sendall(b"hello")
        self.assertEqual(client.recv(100), b"hello")
        return client

    def test_the_links_hold_the_tokens(self):
        for words, token in ((["page"], "viewer"), (["page", "owner"], "owner")):
            shown = self.run_ngcshare(*words)
            self.assertEqual(shown.stdout.strip(),
                             f"http://127.0.0.1:{self.http}/#token={self.tokens[token]}")
        self.assertNotEqual(self.tokens["viewer"], self.tokens["owner"])

    def test_a_connection_is_seen_everywhere(self):
        self.world.await_ready()
        with self.use():
            status = json.loads(self.ask("/api/status", "viewer")[1])
            same = json.loads(self.run_ngcshare("status", "--json").stdout)
            metrics = self.ask("/metrics", "viewer")[1]
            table = self.run_ngcshare("status").stdout
        for seen in (status, same):
            service = seen["services"][0]
            self.assertEqual((service["name"], service["connections"]), ("echo", 1))
            self.assertGreaterEqual(service["bytes_in"], 5)
            connection = seen["connections"][0]
            self.assertEqual((connection["service"], connection["port"], connection["transport"]),
                             ("echo", self.server.port, "tcp"))
            self.assertGreaterEqual(connection["bytes_out"], 5)
            link = [link for link in seen["links"] if link["peer"] == connection["peer"]][0]
            self.assertEqual((link["mode"], link["path"]), ("link", "direct"))
            self.assertGreater(link["rtt_ms"], 0)
            self.assertTrue(seen["ready"], seen["not_ready"])
            self.assertEqual(seen["groups"][0]["chat_id"], self.gateway.chat_id)
        self.assertIn('ngcshare_mappings{service="echo"} 1\n', metrics)
        self.assertIn("ngcshare_ready 1\n", metrics)
        self.assertRegex(table, r"echo +on +members +tcp \d+ +1 ")
        self.assertIn(connection["peer"][:8], table)

    def test_health_is_told(self):
        self.world.await_ready()
        self.assertEqual(self.ask("/healthz"), (200, "ok\n"))
        self.assertEqual(self.ask("/readyz"), (200, "ready\n"))

    def test_who_has_no_token_sees_nothing(self):
        self.assertEqual(self.ask("/api/status")[0], 401)
        self.assertEqual(self.command("disable echo", None)[0], 401)
        self.assertEqual(self.command("disable echo", "viewer")[0], 403)
        self.assertEqual(self.command("shutdown")[0], 403)
        self.assertEqual(self.ask("/metrics")[0], 401)

    def test_the_owner_changes_what_the_page_is_for(self):
        with self.use() as client:
            # The page's data may be half a second old; this is current.
            seen = json.loads(self.run_ngcshare("status", "--json").stdout)
            ident = max(connection["id"] for connection in seen["connections"])
            self.assertTrue(self.command(f"drop {ident}")[1]["ok"])
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
        self.member.forget()
        self.assertTrue(self.command("disable echo")[1]["ok"])
        self.member.event("withdrawn", 20, service="echo")
        self.assertTrue(refuses(self.port))
        self.assertTrue(self.command("enable echo")[1]["ok"])
        self.assertEqual(local_port(self.member, "echo", 20), self.port)
        self.assertFalse(self.command("disable nothing")[1]["ok"])
        logged = self.run_ngcshare("ctl", "log").stdout
        self.assertIn("page: disable echo", logged)


class NoGateway(unittest.TestCase):
    def test_without_a_gateway_each_says_so(self):
        for words in (["status"], ["page"]):
            shown = subprocess.run([NGCSHARE, *words, "--data-dir", "/nonexistent"], text=True,
                                   timeout=60, capture_output=True)
            self.assertEqual((shown.returncode, shown.stdout), (9, ""), words)
            self.assertEqual(len(shown.stderr.splitlines()), 1, shown.stderr)


if __name__ == "__main__":
    unittest.main()
