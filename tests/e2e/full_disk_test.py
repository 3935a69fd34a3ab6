"""Tests that a gateway and a member whose disk is full carry on with connections."""

import resource
import subprocess
import unittest

from harness import NGCSHARE, SharedWorld, connect, local_port, read_all
from servers import TcpServer


def fill_disk_of(process):
    """Lets no file of the process grow, which it sees as a full disk."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))


class FullDisk(SharedWorld):
    @classmethod
    def prepare(cls):
        server = TcpServer(lambda connection: connection.sendall(b"hello"))
        cls.gateway = cls.gateway_with(f"web={server.port}")
        cls.gateway.event("claim_token")
        # It answers once it has started; a full disk at the start ends it.
        subprocess.run([NGCSHARE, "health", "--data-dir", cls.world.path("gateway")],
                       stdout=subprocess.DEVNULL, check=True)
        fill_disk_of(cls.gateway)

    def test_a_member_joins_and_uses_a_service_without_a_disk(self):
        member = self.world.member(self.gateway.chat_id, "web")
        member.event("joining")
        fill_disk_of(member)
        with connect(local_port(member, "web")) as connection:
            self.assertEqual(read_all(connection), b"hello")
        for process in (member, self.gateway):
            self.assertTrue(process.running())
            self.assertEqual(process.stop(), 5, "the profile cannot be saved")


if __name__ == "__main__":
    unittest.main()
