"""Tests a gateway that vanishes, so that the member notices only by its silence."""

import signal
import time
import unittest

from harness import refuses
from restart_case import RestartCase


class VanishedGateway(RestartCase):
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
