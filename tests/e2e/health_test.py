"""Tests that a gateway reports targets that do not answer."""

import contextlib
import unittest

from harness import SharedWorld, connect, free_port, local_port


class Health(SharedWorld):
    def test_a_target_that_does_not_answer_is_told_of(self):
        port = free_port()
        gateway = self.world.gateway("--share", f"gone={port}", health_checks=True)
        chat_id = gateway.event("group")["chat_id"]
        # Not the target's port, because the member could listen on it.
        local = local_port(self.world.member(chat_id, f"gone={free_port()}"), "gone")
        for _ in range(2):  # refused connections count as failed checks
            with contextlib.suppress(ConnectionResetError), connect(local) as client:
                client.recv(1)
        event = gateway.event("target", 20, service="gone")
        self.assertEqual(event["text"], "gone is down")


if __name__ == "__main__":
    unittest.main()
