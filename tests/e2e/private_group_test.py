"""Tests groups that can be entered by invitation only."""

import hashlib
import unittest

from harness import SharedWorld, curl, local_port
from servers import Nginx

MB = 1 << 20


class PrivateGroup(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.nginx = Nginx(cls.world)
        with open(cls.nginx.file("file", 2 * MB), "rb") as file:
            cls.wanted = hashlib.sha256(file.read()).hexdigest()

    def fetched(self, port):
        copy = self.world.path("copy")
        result = curl("-f", "-o", copy, f"http://127.0.0.1:{port}/file")
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(copy, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def test_whom_the_gateway_invites_can_enter_and_come_back_and_nobody_else_can(self):
        gateway = self.world.gateway("--private", "--share", f"web={self.nginx.port}")
        gateway_id = gateway.event("identity")["tox_id"]
        group = gateway.event("group")
        self.assertTrue(group["private"])
        self.assertIn(f"--invited-by {gateway_id}", group["member_command"])
        connect = (group["chat_id"], "web", "--invited-by", gateway_id)

        member = self.world.member(*connect)
        member_id = member.event("identity")["tox_id"]
        uninvited = self.world.member(*connect, data="uninvited")
        stranger = self.world.member(group["chat_id"], "web", data="stranger")
        for waiting in (uninvited, stranger):
            waiting.event("joining")

        self.assertEqual(gateway.stop(), 0)
        gateway = self.world.gateway("--invite", member_id, create=False)
        self.assertEqual(gateway.event("group")["chat_id"], group["chat_id"])
        port = local_port(member, "web", 90)
        self.assertEqual(self.fetched(port), self.wanted)

        self.assertEqual(member.stop(), 0)
        member = self.world.member(*connect)
        self.assertEqual(self.fetched(local_port(member, "web", 90)), self.wanted)
        for outside in (uninvited, stranger):
            self.assertEqual(outside.events("joined") + outside.events("listening"), [])
            self.assertEqual(outside.stop(), 0)


if __name__ == "__main__":
    unittest.main()
