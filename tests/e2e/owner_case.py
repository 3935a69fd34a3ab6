"""The common base of the tests of an owner's commands."""

import json
import subprocess

from harness import NGCSHARE, SharedWorld


class OwnerCase(SharedWorld):
    """A group's founder, who is owner, and a gateway."""

    @classmethod
    def prepare(cls, *arguments):
        cls.founder = cls.world.raw_founder()
        founded = cls.founder.event("founded")
        cls.chat_id, cls.founder_key = founded["chat_id"], founded["own_key"]
        cls.gateway = cls.world.gateway("--join", cls.chat_id, *arguments, create=False)
        cls.key = cls.gateway.event("group")["own_key"]
        cls.founder.meet(cls.key, cls.gateway)
        token = cls.gateway.event("claim_token")["token"]
        cls.founder.tell("whisper", cls.key, f"claim {token}")
        assert "you are an owner" in cls.founder.answer()

    def ask(self, text, peer=None, key=None):
        """Sends a private message and returns the first piece of the answer."""
        peer = peer or self.founder
        peer.forget()
        peer.tell("whisper", key or self.key, text)
        return peer.answer()

    def ctl(self, *words):
        """Runs ngcshare ctl, which has no limit on commands a minute."""
        return self.world.ctl(*words)

    def status(self):
        shown = subprocess.run([NGCSHARE, "status", "--json", "--data-dir",
                                self.world.path("gateway")], text=True, capture_output=True,
                               timeout=60, check=True)
        return json.loads(shown.stdout)
