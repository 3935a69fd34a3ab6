"""The common base of the tests of gateways that end and come back."""

from harness import SharedWorld, connect, local_port, read_all
from servers import TcpServer


def greet(connection):
    connection.sendall(b"hello")
    return read_all(connection)


class RestartCase(SharedWorld):
    """A gateway, and a member that keeps running."""

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
        type(self).gateway = self.gateway_with(*self.shares)
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
