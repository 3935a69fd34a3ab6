"""The common base of the tests of ngcshare connect."""

from harness import SharedWorld
from process import Node
from servers import TcpServer


class MemberCase(SharedWorld):
    """A gateway with three services. Start few members at once: members that join together can take
    long to see the gateway."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(lambda connection: connection.sendall(b"hello"))
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"hello={cls.server.port}", "game=27015/both",
                                       "dns=5353/udp")

    @classmethod
    def start(cls, name, *arguments, chat_id=None):
        return cls.world.start(Node, "connect", chat_id or cls.gateway.chat_id, *arguments,
                               data=name, log_level="error", json=False)

    def assert_ends(self, process, code, *words):
        """Asserts that the process ends with `code`, after one line that contains all of
        `words`."""
        self.assertEqual(process.wait(60), code, process.log())
        self.assertEqual(len(process.log().splitlines()), 1, process.log())
        for word in words:
            self.assertIn(word, process.log())
