"""Tests services for listed persons."""

import subprocess
import unittest

from harness import NGCSHARE, SharedWorld, connect, local_port
from servers import TcpServer, echo


class ForSome(SharedWorld):
    """A service for listed persons. The test writes the list into the database by hand."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"closed={cls.server.port}", f"open={cls.server.port}")
        cls.chat_id = cls.gateway.chat_id
        cls.keys = {}
        for name in ("guest", "stranger"):
            member = cls.world.member(cls.chat_id, "--all", data=name)
            cls.keys[name] = member.event("joined")["own_key"]
            local_port(member, "closed")
            member.stop()
        cls.gateway.stop()
        cls.put_on_list(cls.keys["guest"])
        cls.gateway = cls.world.gateway(create=False)
        cls.gateway.event("group")

    @classmethod
    def put_on_list(cls, key):
        for words in (["acl", "closed", "list"], ["allow", "closed", key]):
            subprocess.run([NGCSHARE, "ctl", "--data-dir", cls.world.path("gateway"), *words],
                           check=True, capture_output=True, timeout=60)

    def test_only_who_is_on_the_list_is_offered_the_service(self):
        guest = self.world.member(self.chat_id, "--all", data="guest")
        stranger = self.world.member(self.chat_id, "--all", data="stranger")
        with connect(local_port(guest, "closed", 60)) as client:
            client.sendall(b"let me in")
            self.assertEqual(client.recv(100), b"let me in")
        local_port(guest, "open", 60)
        local_port(stranger, "open", 60)
        # The services are offered in the order of sharing, so the other one would have arrived by
        # now.
        self.assertEqual(stranger.events("offer", service="closed"), [])


if __name__ == "__main__":
    unittest.main()
