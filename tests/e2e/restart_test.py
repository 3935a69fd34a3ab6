"""Tests gateways that end, cleanly or not, and come back while the member keeps running."""

import signal
import unittest

from harness import refuses
from restart_case import RestartCase


class Restart(RestartCase):
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


if __name__ == "__main__":
    unittest.main()
