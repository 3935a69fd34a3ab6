"""Tests with a peer, written by hand from protocol/SPEC.md, that takes up the extension step by
step."""

import threading
import unittest

import wire
from harness import SharedWorld
from servers import TcpServer, UdpEcho, echo
from wire import ACK, COPY, HELLO, KILL, MULTI, STREAM, TCP, UDP, WINDOWS, reason_of, u32

EPOCH = 0x5EED0B0E
INITIAL_WINDOW = 512 * 1024


class ExtensionPeer(SharedWorld):
    """The hand-written peer uses a gateway's offers. The gateway remembers the capabilities that a
    peer has named, so each test has a new peer."""

    @classmethod
    def prepare(cls):
        cls.echo = TcpServer(echo)
        cls.udp_echo = UdpEcho()
        cls.addClassCleanup(cls.echo.close)
        cls.addClassCleanup(cls.udp_echo.close)
        cls.gateway = cls.gateway_with(f"echo={cls.echo.port}", f"udp={cls.udp_echo.port}/udp")
        cls.key = cls.gateway.events("group")[0]["own_key"]
        cls.peers = [cls.world.raw_peer(cls.gateway.chat_id, f"raw-{number}")
                     for number in range(5)]
        for peer in cls.peers:
            peer.meet(cls.key, cls.gateway)
            peer.echo = peer.offer("echo")
            peer.udp = peer.offer("udp")

    def setUp(self):
        self.echo.serve(echo)
        self.raw = self.peers.pop()
        self.next_id = 0x0BADCA00

    def send(self, packet, lossless=True):
        self.raw.send(self.key, packet, lossless)

    def open(self, offer, capabilities, epoch=EPOCH, **tags):
        """Opens a mapping; returns its id and the capabilities in force for it."""
        self.next_id += 1
        self.send(wire.accept(offer.id, wire.extension(
            capabilities, mapping_id=self.next_id, epoch=epoch, **tags)))
        ack = self.raw.packet(ACK + u32(self.next_id))["hex"]
        return self.next_id, wire.parse_extension(ack[12:])[0]

    def received(self, id, count):
        data = b""
        while len(data) < count:
            data += bytes.fromhex(self.raw.packet(STREAM + u32(id))["hex"])[7:]
        return data

    def test_multi_gives_one_offer_many_mappings(self):
        first, capabilities = self.open(self.raw.echo, MULTI)
        self.assertEqual(capabilities, MULTI, "what the peer does not know is not in force")
        second, _ = self.open(self.raw.echo, MULTI)
        self.send(wire.stream(first, b"one"))
        self.send(wire.stream(second, b"two"))
        self.assertEqual(self.received(first, 3), b"one")
        self.assertEqual(self.received(second, 3), b"two")
        self.send(wire.kill(first))
        self.raw.packet(wire.kill(first, wire.ACKNOWLEDGED))
        self.send(wire.stream(second, b"goes on"))
        self.assertEqual(self.received(second, 7), b"goes on")
        third, _ = self.open(self.raw.echo, MULTI)  # the offer still stands
        self.send(wire.kill(first))
        self.raw.packet(wire.kill(first, wire.ACKNOWLEDGED))  # acknowledged each time, known or not
        self.send(wire.kill(third))
        udp, _ = self.open(self.raw.udp, MULTI, transport=UDP)
        self.send(wire.datagram(udp, b"ping"), lossless=False)
        self.raw.packet(wire.datagram(udp, b"ping") + "$")
        self.next_id += 1
        self.send(wire.accept(self.raw.udp.id, wire.extension(
            MULTI, mapping_id=self.next_id, transport=TCP, epoch=EPOCH)))
        kill = self.raw.packet(KILL + u32(self.next_id))
        self.assertEqual(reason_of(kill["hex"]), wire.PROTOCOL)

    def test_a_window_is_never_exceeded_and_an_empty_packet_ends_a_direction(self):
        size = INITIAL_WINDOW + 100_000
        self.echo.serve(lambda connection: connection.sendall(b"w" * size))
        id, capabilities = self.open(self.raw.echo, MULTI | WINDOWS)
        self.assertEqual(capabilities, MULTI | WINDOWS)
        self.assertEqual(len(self.received(id, INITIAL_WINDOW)), INITIAL_WINDOW)
        with self.assertRaises(AssertionError):
            self.raw.packet(STREAM + u32(id), timeout=1)
        self.send(wire.window(id, INITIAL_WINDOW + 60_000))
        self.assertEqual(len(self.received(id, 60_000)), 60_000)
        self.send(wire.window(id, INITIAL_WINDOW))  # an old one, played back
        self.send(wire.window(id, 2 * INITIAL_WINDOW))
        self.assertEqual(len(self.received(id, 40_000)), 40_000)
        self.raw.packet(wire.stream(id, b"") + "$")
        self.send(wire.stream(id, b""))  # both directions have ended: no Kill, the id is used up
        self.send(wire.stream(id, b"late"))
        self.assertEqual(reason_of(self.raw.packet(KILL + u32(id))["hex"]), wire.UNKNOWN)

    def test_who_exceeds_the_window_is_killed(self):
        release = threading.Event()
        self.addCleanup(release.set)
        self.echo.serve(lambda connection: release.wait(60))
        id, _ = self.open(self.raw.echo, MULTI | WINDOWS)
        # The system's buffers towards the target widen the window; the bytes beyond are a
        # violation.
        for _ in range(20 * INITIAL_WINDOW // 493):
            self.send(wire.stream(id, b"x" * 493))
        kill = self.raw.packet(KILL + u32(id))
        self.assertEqual(reason_of(kill["hex"]), wire.PROTOCOL)

    def test_hellos_are_answered_with_the_digest_of_the_offers(self):
        offers = [self.raw.echo, self.raw.udp]
        digest = wire.digest(offer.hex for offer in offers)
        self.send(wire.hello(EPOCH, MULTI | WINDOWS, heard=digest, answer=True), lossless=False)
        hello = wire.parse_hello(self.raw.packet(HELLO)["hex"])
        _, tags = wire.parse_extension(self.raw.echo.extension)
        self.assertEqual(u32(hello.epoch), tags[3])
        self.assertEqual(hello.peer_epoch, EPOCH)
        self.assertEqual(hello.offered, digest)
        self.assertEqual(hello.heard, 0)
        self.assertEqual(hello.open, 0)
        # From now on, answers also come as copies.
        id, _ = self.open(self.raw.echo, MULTI | WINDOWS)
        self.raw.packet(COPY + "02" + u32(id))
        # A Hello every five seconds confirms that all offers have arrived; a wrong digest brings
        # the offers again.
        self.raw.forget()
        self.send(wire.hello(EPOCH, MULTI | WINDOWS, heard=1), lossless=False)
        self.assertEqual(self.raw.offer("echo").hex, self.raw.echo.hex)
        self.assertEqual(self.raw.offer("udp").hex, self.raw.udp.hex)

    def test_a_new_epoch_means_that_everything_is_forgotten(self):
        id, _ = self.open(self.raw.echo, MULTI)
        self.raw.forget()
        fresh, _ = self.open(self.raw.echo, MULTI, epoch=EPOCH + 1)
        self.assertIsInstance(self.echo.result(), ConnectionResetError)  # the old mapping's
        self.assertEqual(self.raw.offer("udp").hex, self.raw.udp.hex, "offers are made again")
        self.send(wire.stream(id, b"?"))
        self.assertEqual(reason_of(self.raw.packet(KILL + u32(id))["hex"]), wire.UNKNOWN)
        # The old epoch stays stale: an Accept that carries it is an old packet.
        self.send(wire.accept(self.raw.echo.id, wire.extension(
            MULTI, mapping_id=id + 100, epoch=EPOCH)))
        self.send(wire.stream(fresh, b"goes on"))
        self.assertEqual(self.received(fresh, 7), b"goes on")
        self.assertEqual(self.raw.packets(ACK + u32(id + 100)), [])


if __name__ == "__main__":
    unittest.main()
