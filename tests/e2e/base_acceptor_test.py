"""Tests a gateway with a peer, written by hand from protocol/SPEC.md, that knows only the base
packets."""

import unittest

import wire
from harness import SharedWorld, free_port
from servers import TcpServer, UdpEcho, echo
from wire import ACK, KILL, OFFER, STREAM, UDP, reason_of, u32


class Acceptor(SharedWorld):
    """The hand-written peer uses what a gateway offers."""

    @classmethod
    def prepare(cls):
        cls.echo = TcpServer(echo)
        cls.counted = TcpServer(echo)  # which no other test uses
        cls.udp_echo = UdpEcho()
        cls.addClassCleanup(cls.echo.close)
        cls.addClassCleanup(cls.counted.close)
        cls.addClassCleanup(cls.udp_echo.close)
        cls.gateway = cls.gateway_with(
            f"echo={cls.echo.port}", f"nobody={free_port()}", f"udp={cls.udp_echo.port}/udp",
            f"unwanted={cls.echo.port}", f"counted={cls.counted.port}")
        cls.key = cls.gateway.events("group")[0]["own_key"]
        cls.raw = cls.world.raw_peer(cls.gateway.chat_id)
        cls.raw.meet(cls.key, cls.gateway)
        cls.used = set()

    def setUp(self):
        self.echo.serve(echo)

    def offer(self, name):
        """Returns an offer of this name whose id has not been used yet."""
        while True:
            offer = self.raw.offer(name)
            if offer.id not in self.used:
                self.used.add(offer.id)
                return offer

    def send(self, packet, lossless=True):
        self.raw.send(self.key, packet, lossless)

    def open(self, name="echo"):
        offer = self.offer(name)
        self.send(wire.accept(offer.id))
        self.raw.packet(ACK + u32(offer.id))
        return offer.id

    def received(self, id, count):
        """Returns `count` bytes of the mapping's stream."""
        data = b""
        while len(data) < count:
            chunk = bytes.fromhex(self.raw.packet(STREAM + u32(id))["hex"])[7:]
            self.assertLessEqual(len(chunk), 493)
            data += chunk
        return data

    def assert_works(self):
        id = self.open()
        self.send(wire.stream(id, b"still there?"))
        self.assertEqual(self.received(id, 12), b"still there?")
        self.send(wire.kill(id))

    def test_an_offer_has_the_fields_of_the_page(self):
        offer = self.offer("udp")
        self.assertEqual((offer.type, offer.port), (UDP, self.udp_echo.port))
        capabilities, tags = wire.parse_extension(offer.extension)
        self.assertEqual(capabilities, wire.MULTI | wire.LINK | wire.FRAGMENT | wire.RESUME |
                         wire.EARLY | wire.WINDOWS | wire.COUNT)
        self.assertEqual(len(tags[3]), 8, "an epoch")
        self.send(wire.accept(offer.id))
        self.raw.packet(ACK + u32(offer.id))
        self.send(wire.kill(offer.id))

    def test_a_mapping_carries_bytes_and_after_its_end_the_service_is_offered_anew(self):
        offer = self.offer("echo")
        self.send(wire.accept(offer.id))
        ack = self.raw.packet(ACK)
        self.assertEqual(ack["hex"], wire.ack(offer.id), "no extension for who has none")
        self.assertFalse(ack["public"])
        self.send(wire.stream(offer.id, b"one "))
        self.send(wire.stream(offer.id, b"two"))
        self.assertEqual(self.received(offer.id, 7), b"one two")
        self.send(wire.kill(offer.id))
        self.assertIsNone(self.echo.result(), "the target's connection has ended")
        fresh = self.raw.offer("echo")
        while fresh.id == offer.id:
            fresh = self.raw.offer("echo")
        self.assertEqual((fresh.type, fresh.port), (offer.type, offer.port))
        self.send(wire.accept(fresh.id))
        self.raw.packet(ACK + u32(fresh.id))
        self.used.add(fresh.id)
        self.send(wire.kill(fresh.id))

    def test_the_end_of_the_target_is_a_kill_behind_the_last_byte(self):
        data = bytes(range(256)) * 400
        self.echo.serve(lambda connection: connection.sendall(data))
        id = self.open()
        self.assertEqual(self.received(id, len(data)), data)
        self.assertEqual(reason_of(self.raw.packet(KILL + u32(id))["hex"]), wire.CLOSED)

    def test_a_repeated_accept_opens_one_target_connection_and_is_answered_again(self):
        connections = []

        def count(connection):
            connections.append(connection)
            echo(connection)
        self.counted.serve(count)
        offer = self.offer("counted")
        for _ in range(3):
            self.send(wire.accept(offer.id))
        self.raw.packet(ACK + u32(offer.id))
        for _ in range(3):
            self.send(wire.accept(offer.id))
            self.raw.packet(ACK + u32(offer.id))
        self.send(wire.stream(offer.id, b"x"))
        self.assertEqual(self.received(offer.id, 1), b"x")
        self.assertEqual(len(connections), 1)
        self.send(wire.kill(offer.id))

    def test_a_target_that_refuses_is_a_kill_and_a_new_offer(self):
        for _ in range(2):
            offer = self.offer("nobody")
            self.send(wire.accept(offer.id))
            kill = self.raw.packet(KILL + u32(offer.id))
            self.assertEqual(reason_of(kill["hex"]), wire.REFUSED)

    def test_datagrams_travel_lossy_both_ways(self):
        id = self.open("udp")
        for datagram in (b"a", b"", b"x" * 1367, b"\xf1\xf2"):
            self.send(wire.datagram(id, datagram), lossless=False)
            self.raw.packet(wire.datagram(id, datagram) + "$")
        self.send(wire.kill(id, 9))

    def test_data_for_an_unknown_id_is_answered_by_one_kill_and_not_without_limit(self):
        self.send(wire.stream(0x11223344, b"?"))
        kill = self.raw.packet(KILL + u32(0x11223344))
        self.assertEqual(reason_of(kill["hex"]), wire.UNKNOWN)
        for number in range(300):
            self.send(wire.stream(0x22000001 + (number << 8), b"?"))
        self.assert_works()  # the lossless channel keeps order: all has been read
        kills = self.raw.packets(KILL + "......22")
        self.assertGreater(len(kills), 5)
        self.assertLess(len(kills), 60)

    def test_data_for_a_killed_id_is_answered_like_an_unknown_one(self):
        id = self.open()
        self.send(wire.kill(id))
        self.send(wire.stream(id, b"too late"))
        self.assertEqual(reason_of(self.raw.packet(KILL + u32(id))["hex"]), wire.UNKNOWN)

    def test_an_id_that_was_killed_is_never_accepted_again(self):
        id = self.open()
        self.send(wire.kill(id))
        self.send(wire.accept(id))
        self.assertEqual(reason_of(self.raw.packet(KILL + u32(id))["hex"]), wire.UNKNOWN)

    def test_public_accepts_and_data_are_dropped(self):
        offer = self.offer("echo")
        self.raw.send_public(wire.accept(offer.id))
        self.send(wire.accept(offer.id))
        self.raw.packet(ACK + u32(offer.id))
        self.raw.send_public(wire.stream(offer.id, b"public"))
        self.send(wire.stream(offer.id, b"private"))
        self.assertEqual(self.received(offer.id, 7), b"private")
        self.assertEqual(len(self.raw.packets(ACK + u32(offer.id))), 1)
        self.send(wire.kill(offer.id))

    def test_an_offer_that_is_declined_is_not_made_again(self):
        offer = self.offer("unwanted")
        self.send(wire.kill(offer.id, 0))
        self.assert_works()
        ids = {wire.parse_offer(packet["hex"]).id for packet in self.raw.packets(OFFER)
               if wire.parse_offer(packet["hex"]).name == "unwanted"}
        self.assertEqual(ids, {offer.id})


if __name__ == "__main__":
    unittest.main()
