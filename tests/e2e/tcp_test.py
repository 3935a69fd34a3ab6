"""Tests tcp through the group: files, many connections, ends of streams, memory."""

import collections
import hashlib
import resource
import selectors
import socket
import threading
import time
import unittest

from harness import SharedWorld, connect, curl, local_port, read_all
from servers import FullBacklog, Nginx, Refusing, TcpServer, reset

MB = 1 << 20


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def raise_descriptor_limit():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def read_together(connections, marks):
    """Reads all connections to their ends. Also returns, for each total in `marks`, the bytes of
    each connection when all together had reached that total."""
    received = {connection: bytearray() for connection in connections}
    marks = list(marks)
    snapshots = []
    total = 0
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection, selectors.EVENT_READ)
    while selector.get_map():
        ready = selector.select(20)
        if not ready:
            raise AssertionError("a download stands still")
        for key, _ in ready:
            part = key.fileobj.recv(65536)
            received[key.fileobj] += part
            total += len(part)
            if not part:
                selector.unregister(key.fileobj)
        if marks and total >= marks[0]:
            marks.pop(0)
            snapshots.append([len(data) for data in received.values()])
    return list(received.values()), *snapshots


class Tcp(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.nginx = Nginx(cls.world)
        cls.server = TcpServer()
        cls.refusing = Refusing()
        cls.full = FullBacklog()
        for server in (cls.server, cls.refusing, cls.full):
            cls.addClassCleanup(server.close)
        cls.gateway = cls.gateway_with(
            f"web={cls.nginx.port}", f"script={cls.server.port}",
            f"nobody={cls.refusing.port}", f"mute={cls.full.port}")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.web = local_port(cls.member, "web")
        cls.script = local_port(cls.member, "script")
        cls.nobody = local_port(cls.member, "nobody")
        cls.mute = local_port(cls.member, "mute")

    def url(self, name):
        return f"http://127.0.0.1:{self.web}/{name}"

    def converse(self, handler):
        """Opens a connection to the server, which runs the handler."""
        self.server.serve(handler)
        connection = connect(self.script)
        self.addCleanup(connection.close)
        return connection

    def test_a_file_of_50_mb_arrives_as_it_was(self):
        path = self.nginx.file("large", 50 * MB)
        copy = self.world.path("large.copy")
        result = curl("-f", "-o", copy, self.url("large"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sha256(copy), sha256(path))

    def test_an_upload_of_20_mb_arrives_as_it_was(self):
        path = self.world.path("up")
        with open(path, "wb") as file:
            file.write(b"".join(bytes([n % 256]) * 1021 for n in range(20 * MB // 1021)))
        result = curl("-f", "-T", path, self.url("upload/up"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sha256(self.nginx.root + "/upload/up"), sha256(path))

    def test_twenty_downloads_at_once_are_right_and_get_equal_shares(self):
        size = 4 * MB
        wanted = sha256(self.nginx.file("shared", size))
        connections = [connect(self.web) for _ in range(20)]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.sendall(b"GET /shared HTTP/1.0\r\n\r\n")
        received, early, half = read_together(connections, (3 * size, 10 * size))
        for data in received:
            body = data.split(b"\r\n\r\n", 1)[1]
            self.assertEqual(hashlib.sha256(body).hexdigest(), wanted)
        shares = [later - before for before, later in zip(early, half)]
        mean = sum(shares) / len(shares)
        self.assertGreater(min(shares), mean / 2, shares)
        self.assertLess(max(shares), mean * 2, shares)

    def test_a_client_that_has_said_all_still_gets_its_answer(self):
        def answer_after_the_end(connection):
            data = read_all(connection)
            connection.sendall(hashlib.sha256(data).hexdigest().encode())
        question = b"0123456789abcdef" * (MB // 16)
        client = self.converse(answer_after_the_end)
        client.sendall(question)
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(client), hashlib.sha256(question).hexdigest().encode())
        self.assertIsNone(self.server.result())

    def test_a_server_that_has_said_all_still_hears_the_client(self):
        def end_and_listen(connection):
            connection.sendall(b"all that I have to say")
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)
        client = self.converse(end_and_listen)
        self.assertEqual(read_all(client), b"all that I have to say")
        late = b"late" * 50000
        client.sendall(late)
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(self.server.result(), late)

    def test_a_server_may_speak_first(self):
        client = self.converse(lambda connection: connection.sendall(b"220 ready\r\n"))
        self.assertEqual(client.recv(100), b"220 ready\r\n")

    def test_a_reset_by_the_client_reaches_the_server(self):
        def until_reset(connection):
            connection.sendall(b"!")
            return read_all(connection)
        client = self.converse(until_reset)
        self.assertEqual(client.recv(1), b"!")
        reset(client)
        self.assertIsInstance(self.server.result(), ConnectionResetError)

    def test_a_reset_by_the_server_reaches_the_client(self):
        def reset_after_a_byte(connection):
            connection.recv(1)
            reset(connection)
        client = self.converse(reset_after_a_byte)
        client.sendall(b"!")
        with self.assertRaises(ConnectionResetError):
            client.recv(1)

    def test_a_slow_reader_gets_everything_and_costs_little_memory(self):
        size = 20 * MB
        wanted = sha256(self.nginx.file("slow", size))
        client = connect(self.web)
        self.addCleanup(client.close)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.sendall(b"GET /slow HTTP/1.0\r\n\r\n")
        pace = threading.Event()  # never set, so this is a pause: a reader at 1 MB a second
        data = bytearray()
        while len(data) < 3 * MB:
            data += client.recv(65536)
            pace.wait(65536 / MB)
        data += read_all(client)
        self.assertEqual(hashlib.sha256(data.split(b"\r\n\r\n", 1)[1]).hexdigest(), wanted)
        self.assert_little_memory(self.gateway, self.member)

    def test_two_hundred_short_connections_are_all_served(self):
        self.server.serve(lambda connection: connection.sendall(connection.recv(100).upper()))

        answers = collections.Counter()

        def ask(number):
            try:
                with connect(self.script) as client:
                    client.sendall(b"number %d" % number)
                    answers[read_all(client) == b"NUMBER %d" % number] += 1
            except OSError as problem:
                answers[str(problem)] += 1

        for number in range(100):
            ask(number)
        workers = [threading.Thread(target=ask, args=(number,)) for number in range(100)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        self.assertEqual(answers, {True: 200}, self.member.events("closed"))

    def test_a_thousand_connections_at_once_are_all_served(self):
        raise_descriptor_limit()
        answer = bytes(range(256)) * 80
        self.server.serve(lambda connection: connection.sendall(connection.recv(100) + answer))
        connections = [connect(self.script) for _ in range(1000)]
        for connection in connections:
            self.addCleanup(connection.close)
        for number, connection in enumerate(connections):
            connection.sendall(b"%03d" % number)
        received, = read_together(connections, ())
        for number, data in enumerate(received):
            self.assertEqual(data, b"%03d" % number + answer)
        self.assert_little_memory(self.gateway, self.member)

    def test_a_target_that_refuses_ends_the_connection_at_once_and_nothing_else(self):
        other = self.converse(lambda connection: connection.sendall(connection.recv(100)))
        for _ in range(3):
            begin = time.monotonic()
            with self.assertRaises(ConnectionResetError), connect(self.nobody) as client:
                client.recv(1)
            self.assertLess(time.monotonic() - begin, 2)
        other.sendall(b"still here")
        self.assertEqual(other.recv(100), b"still here")
        self.assertEqual(self.member.events("closed"), [])

    def test_a_target_that_never_answers_is_given_up_after_a_while(self):
        begin = time.monotonic()
        with connect(self.mute, 30) as client, self.assertRaises(ConnectionResetError):
            client.recv(1)
        self.assertLess(time.monotonic() - begin, 20)


if __name__ == "__main__":
    unittest.main()
