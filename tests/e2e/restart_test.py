"""Tests gateways that end, cleanly or not, and come back while the member keeps running."""

import signal
import time
import unittest

from harness import SharedWorld, connect, local_port, read_all, refuses
from servers import TcpServer


def greet(connection):
    connection.sendall(b"hello")
    return read_all(connection)


class Restart(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(greet)
        cls.addClassCleanup(cls.server.close)
        cls.shares = (f"hello={cls.server.port}",)
        cls.gateway = cls.gateway_with(*cls.shares)
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.port = local_port(cls.member, "hello")

    def setUp(self):
        if not self.gateway.running():
            self.start_again()
        self.member.forget()

    def start_again(self):
        chat_id = self.gateway.chat_id
        Restart.gateway = self.gateway_with(*self.shares)
        self.assertEqual(self.gateway.chat_id, chat_id, "the group is the same")

    def assert_back(self):
        """Asserts that the service is back on the same port, without action at the member."""
        self.assertEqual(local_port(self.member, "hello", 60), self.port)
        with connect(self.port) as client:
            self.assertEqual(client.recv(10), b"hello")

    def in_use(self):
        client = connect(self.port, 60)
        self.addCleanup(client.close)
        self.assertEqual(client.recv(10), b"hello")
        return client

    def test_when_the_gateway_ends_the_port_is_refused_at_once_and_comes_back_with_it(self):
        client = self.in_use()
        self.assertEqual(self.gateway.stop(), 0)
        self.member.event("closed", 2, service="hello")
        self.assertTrue(refuses(self.port))
        with self.assertRaises(ConnectionResetError):
            client.recv(1)
        self.start_again()
        self.assert_back()

    def test_a_gateway_that_was_killed_comes_back_as_often_as_that_happens(self):
        for _ in range(2):
            client = self.in_use()
            self.member.forget()
            self.gateway.stop(signal.SIGKILL)
            self.start_again()
            with self.assertRaises(ConnectionResetError):  # forgotten, not hanging
                client.recv(1)
            self.assert_back()

    def test_a_gateway_that_vanishes_is_noticed_within_20_seconds(self):
        self.in_use()
        closed_before = len(self.member.events("closed"))
        self.gateway.stop(signal.SIGKILL)
        begin = time.monotonic()
        self.member.event("closed", 25, service="hello")
        self.assertLess(time.monotonic() - begin, 20)
        self.assertTrue(refuses(self.port))
        self.start_again()
        self.assert_back()
        reasons = [event["reason"] for event in self.member.events("closed")[closed_before:]]
        self.assertEqual(reasons, ["timeout"], "opened once, for the new process")


if __name__ == "__main__":
    unittest.main()
