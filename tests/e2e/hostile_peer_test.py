"""Tests that damaged, foreign and random packets do not affect other peers."""

import random
import unittest

import wire
from harness import SharedWorld, connect, local_port
from servers import TcpServer, echo
from wire import ACK, KILL, MULTI, UDP, WINDOWS, extension, u32

FT1_KINDS = (0, 1, 2, 3, 4, 8, 0xF00, 0xF02, 0x09000000, 0x09000001, 0x09000100, 0x09000101,
             0x09000200, 0x09000210)
SEED = 20260428
BLOCK = extension(MULTI | WINDOWS, mapping_id=0x0BADCAFE, transport=UDP, epoch=0xC0FFEE11)
WHOLE = {
    "offer": wire.offer(0x11223344, "truncated", extension=BLOCK),
    "accept": wire.accept(0x11223344, BLOCK),
    "ack": wire.ack(0x11223344, BLOCK),
    "kill": wire.kill(0x11223344),
    "stream": wire.stream(0x11223344, b"bytes"),
    "datagram": wire.datagram(0x11223344, b"bytes"),
    "window": wire.window(0x11223344, 1 << 20),
    "hello": wire.hello(0xC0FFEE11, MULTI | WINDOWS, answer=True),
    "copy": wire.COPY + "00" + wire.offer(0x11223355, "copied", extension=BLOCK)[4:],
    "link": wire.ACCEPT + "f6" + "00" * 40,
}


class Hostile(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"echo={cls.server.port}")
        cls.gateway_key = cls.gateway.events("group")[0]["own_key"]
        cls.member = cls.world.member(cls.gateway.chat_id, "echo")
        cls.port = local_port(cls.member, "echo")
        cls.member_key = cls.member.event("joined")["own_key"]
        cls.raw = cls.world.raw_peer(cls.gateway.chat_id)
        cls.raw.meet(cls.gateway_key, cls.gateway)
        cls.raw.meet(cls.member_key, cls.member)

    def setUp(self):
        self.open_connection = connect(self.port)
        self.addCleanup(self.open_connection.close)
        self.talk(self.open_connection)

    def talk(self, connection):
        connection.sendall(b"a question")
        self.assertEqual(connection.recv(100), b"a question")

    def everywhere(self, packets):
        """Sends to the gateway and the member, privately on both channels and publicly."""
        for number, packet in enumerate(packets):
            for key in (self.gateway_key, self.member_key):
                self.raw.send(key, packet)
                self.raw.send(key, packet, lossless=False)
            self.raw.send_public(packet)
            if number % 100 == 99:
                self.raw.flush()
        self.raw.flush()

    def assert_unharmed(self):
        self.talk(self.open_connection)
        with connect(self.port) as fresh:
            self.talk(fresh)
        self.assert_serves_the_raw_peer()
        for node in (self.gateway, self.member):
            self.assertTrue(node.running())
        self.assert_little_memory(self.gateway, self.member)

    def assert_serves_the_raw_peer(self):
        """Asserts that the raw peer can open mappings again, even if its packets ended its earlier
        ones."""
        offers = [wire.parse_offer(packet["hex"]) for packet in self.raw.packets(wire.OFFER)]
        id = [offer.id for offer in offers if offer.name == "echo"][-1]
        self.accept(id)
        self.raw.send(self.gateway_key, wire.stream(id, b"and I?"))
        self.raw.packet(wire.stream(id, b"and I?") + "$")
        self.raw.send(self.gateway_key, wire.kill(id))
        while self.raw.offer("echo").id == id:  # the next test's
            pass

    def accept(self, id):
        """Sends Accept repeatedly, as an acceptor must: behind a flood a lossless packet can be
        lost."""
        for wait in (0.25, 0.5, 1, 2, 4, 8):
            self.raw.send(self.gateway_key, wire.accept(id))
            try:
                return self.raw.packet(ACK + u32(id), timeout=wait)
            except AssertionError:
                continue
        raise AssertionError("the gateway does not answer an Accept")

    def test_packets_of_ngc_ft1_are_none_of_its_business(self):
        packets = []
        for kind in FT1_KINDS:
            body = u32(kind) + "2a" * 36
            packets += [id + body for id in ("9000", "9001", "9002")]
            packets += [id + u32(kind) for id in ("9000", "9001", "9002")]
        for size in range(1, 5):
            packets += ["9003" + first + "00" * (size - 1) for first in ("00", "07", "f1", "f2")]
        packets += [f"90{id:02x}" + "01" * 20 for id in range(4, 10)]
        self.raw.forget()
        self.everywhere(packets)
        self.assert_unharmed()
        self.assertEqual(self.raw.packets(KILL + "070000"), [])

    def test_a_packet_of_any_kind_cut_at_any_length_harms_nothing(self):
        for name, whole in WHOLE.items():
            with self.subTest(name):
                self.everywhere(whole[:length] for length in range(2, len(whole) + 1, 2))
        self.assert_unharmed()

    def test_two_thousand_random_packets_harm_nothing(self):
        chance = random.Random(SEED)
        packets = []
        for _ in range(400):  # each is sent in five ways
            head = "90%02x" % chance.choice((0, 1, 2, 3, 3, 3)) if chance.random() < 0.95 \
                else "%04x" % chance.getrandbits(16)
            mark = chance.choice(("", "", "f1", "f2", "f3", "f4", "f5", "f501", "f503"))
            packets.append(head + mark + chance.randbytes(chance.choice((1, 5, 9, 30, 400))).hex())
        self.everywhere(packets)
        self.assert_unharmed()

    def test_a_flood_of_offers_and_accepts_harms_nothing(self):
        self.everywhere(wire.offer(0x33000001 + (n << 8), f"flood {n}") for n in range(300))
        self.everywhere(wire.accept(0x44000001 + (n << 8)) for n in range(300))
        self.assert_unharmed()

    def test_names_that_would_disturb_a_terminal_are_not_shown(self):
        # Appears as a new process, so that the offers of other tests are forgotten.
        self.raw.send(self.member_key, wire.hello(0x77777701, MULTI), lossless=False)
        for number, name in enumerate((b"bell\x07", b"esc\x1b[2J", b"line\nline", b"\xff\xfe",
                                       b"\xe2\x80\xaeright to left", b"", b"x" * 65)):
            self.raw.send(self.member_key, wire.offer(0x55000001 + (number << 8), name))
        self.raw.send(self.member_key, wire.offer(0x56000001, "good"))
        self.member.event("offer", service="good")
        names = {event["service"] for event in self.member.events("offer")}
        for name in names:
            self.assertTrue(name.isprintable(), repr(name))
            self.assertLessEqual(len(name.encode()), 64)
            self.assertFalse(name.startswith(("bell", "esc", "line")), repr(name))


if __name__ == "__main__":
    unittest.main()
