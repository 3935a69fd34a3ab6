"""Tests that SIGHUP reads the configuration again and keeps the connections of remaining
services."""

import json
import os
import signal
import unittest

from harness import SharedWorld, World, connect, free_port, local_port, refuses
from process import Node
from servers import TcpServer, echo
from terminal import Terminal


CHAT_ID = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"


class Reload(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.kept, cls.gone, cls.added = (TcpServer(echo) for _ in range(3))
        for server in (cls.kept, cls.gone, cls.added):
            cls.addClassCleanup(server.close)
        boot = cls.world.start(Node, "node", "--udp-port", str(free_port()), data="second-boot")
        host, port, key = boot.event("node")["bootstrap"].split(":")
        cls.nodes = cls.world.write("nodes.json", json.dumps(
            {"nodes": [{"ipv4": host, "port": int(port), "public_key": key}]}))
        cls.configure(f"kept={cls.kept.port},gone={cls.gone.port}")
        cls.gateway = cls.world.gateway("--env-file", cls.world.path("env"), log_level="info")
        cls.chat_id = cls.gateway.event("group")["chat_id"]
        cls.member = cls.world.member(cls.chat_id, "--all")

    @classmethod
    def configure(cls, share, more=""):
        cls.world.write("env", f"# what is read again\nNGCSHARE_SHARE={share}\n{more}")

    def reload(self):
        self.gateway.process.send_signal(signal.SIGHUP)
        return self.gateway.event("reload")

    def assert_echoes(self, connection):
        connection.sendall(b"still there?")
        self.assertEqual(connection.recv(100), b"still there?")

    def test_what_stays_goes_on_and_the_rest_comes_and_goes(self):
        kept = connect(local_port(self.member, "kept"))
        gone_port = local_port(self.member, "gone")
        gone = connect(gone_port)
        with kept, gone:
            self.assert_echoes(kept)
            self.assert_echoes(gone)

            with self.subTest("a service more, one less, another boot node"):
                self.configure(f"kept={self.kept.port},added={self.added.port}",
                               f"NGCSHARE_BOOTSTRAP_NODES='{self.nodes}'\n"
                               "NGCSHARE_UDP_PORT=12345\n")
                event = self.reload()
                self.assertEqual(event["applied"], ["+added", "-gone", "boot nodes (2)"])
                self.assertEqual(event["waiting"], ["udp-port"])
                with connect(local_port(self.member, "added")) as added:
                    self.assert_echoes(added)
                self.assertTrue(has_ended(gone))
                self.member.event("withdrawn", service="gone")
                self.assertTrue(refuses(gone_port))
                self.assert_echoes(kept)
                for text in ("NGCSHARE_UDP_PORT has changed; it takes effect at the next start",
                             "configuration read again: +added, -gone, boot nodes (2)"):
                    self.gateway.wait_log(text, 20)

            with self.subTest("a file that is wrong"):
                self.configure("kept=0,other=1@10.0.0.7", "NGCSHARE_SHARES=x\n")
                event = self.reload()
                self.assertEqual(len(event["problems"]), 3, event)
                for text in (*event["problems"], "stays as it was"):
                    self.gateway.wait_log(text, 20)
                self.assert_echoes(kept)
                with connect(local_port_again(self.member, "added")) as added:
                    self.assert_echoes(added)

            with self.subTest("nothing new"):
                self.configure(f"kept={self.kept.port},added={self.added.port}")
                self.reload()
                self.assertEqual(self.reload()["applied"], [])
                self.assert_echoes(kept)
        self.assertTrue(self.gateway.running())


def has_ended(connection):
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def local_port_again(member, service):
    """Returns the port that the member has reported before."""
    return member.events("listening", service=service)[-1]["local_port"]


class Hangup(unittest.TestCase):
    def setUp(self):
        self.world = World(boot=False)
        self.addCleanup(self.world.close)

    def test_a_member_and_a_node_read_boot_nodes_again(self):
        nodes = self.world.write("nodes.json", '{"nodes": []}')
        for command in (["connect", CHAT_ID], ["node"]):
            self.world.write("nodes.json", '{"nodes": []}')
            process = self.world.start(Node, *command, "--bootstrap-nodes", nodes, data=command[0])
            process.event("joining" if command[0] == "connect" else "node")
            self.world.write("nodes.json", '{"nodes": [{"ipv4": "127.0.0.1", "port": 1, '
                                           f'"public_key": "{"11" * 32}"}}]}}')
            process.process.send_signal(signal.SIGHUP)
            self.assertEqual(process.event("reload")["applied"], ["boot nodes (1)"])
            self.world.write("nodes.json", "{")
            process.process.send_signal(signal.SIGHUP)
            self.assertIn("nodes.json", process.event("reload")["problems"][0])
            self.assertEqual(process.stop(), 0)

    def test_a_terminal_that_is_closed_ends_it(self):
        terminal = Terminal(self.world.words("node", data="node"))
        self.addCleanup(lambda: terminal.running() and terminal.process.kill())
        terminal.wait("bootstrap 127.0.0.1")
        os.close(terminal.master)
        self.assertEqual(terminal.process.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
