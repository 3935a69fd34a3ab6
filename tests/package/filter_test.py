"""Tests that a gateway under the unit's system call filter works as it does without the filter."""

import os
import sys
import unittest

from tools import NGCSHARE, SOURCE, needs, run

os.environ["NGCSHARE_BINARY"] = NGCSHARE  # the harness removes it again
sys.path.append(os.path.join(SOURCE, "tests/e2e"))
from harness import World, connect, local_port, read_all  # noqa: E402
from process import Node  # noqa: E402
from servers import TcpServer  # noqa: E402

PYTHON = "/usr/bin/python3"
UNIT = os.path.join(SOURCE, "deploy/ngcshare.service")
FILTERED = [PYTHON, os.path.join(SOURCE, "tests/package/filtered.py"), UNIT]


@unittest.skipUnless(os.path.exists(PYTHON) and run(PYTHON, "-c", "import seccomp").returncode == 0,
                     "python3-seccomp is not installed")
@needs("systemd-analyze")
class Filter(unittest.TestCase):
    def test_the_filter_is_one(self):
        result = run(*FILTERED, "/usr/sbin/chroot", "/", "true")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("not permitted", result.stderr)

    def test_a_gateway_works_under_it(self):
        world = World()
        self.addCleanup(world.close)

        def serve(connection):
            connection.sendall(b"hello " + connection.recv(100))

        server = TcpServer(serve)
        self.addCleanup(server.close)
        words = [*FILTERED, *world.words("run", "--create", "room", "--share",
                                         f"web={server.port}", "--json", data="gateway")]
        gateway = world.keep(Node(words, log_path=world.path("gateway.log")))
        member = world.member(gateway.event("group")["chat_id"], "--all")
        with connect(local_port(member, "web", 60)) as client:
            client.sendall(b"world")
            self.assertEqual(read_all(client), b"hello world")
        for words in (["health", "--ready"], ["ctl", "services"]):
            result = run(NGCSHARE, *words, "--data-dir", world.path("gateway"))
            self.assertEqual(result.returncode, 0, result.stderr)
        with open(f"/proc/{gateway.pid}/status") as status:
            self.assertIn("Seccomp:\t2\n", status.read())
        self.assertEqual(gateway.stop(), 0)
        self.assertNotIn("not permitted", gateway.log())


if __name__ == "__main__":
    unittest.main()
