"""Tests a member with a peer, written by hand from protocol/SPEC.md, that knows only the base
packets."""

import socket
import unittest

import sanitizers
import wire
from harness import SharedWorld, connect, local_port, read_all, refuses
from wire import KILL, STREAM, TCP, UDP, reason_of, u32


class Offerer(SharedWorld):
    """A member uses what the hand-written peer offers."""

    @classmethod
    def prepare(cls):
        # Join one after the other: peers that join together take half a minute to see each other.
        cls.raw = cls.world.raw_founder()
        chat_id = cls.raw.event("founded")["chat_id"]
        cls.member = cls.world.member(chat_id, "--all")
        cls.key = cls.member.event("joined")["own_key"]
        cls.raw.meet(cls.key, cls.member)
        cls.other = cls.world.raw_peer(chat_id, "other")
        cls.other.meet(cls.key, cls.member)
        cls.next_id = 0x01020304
        # The member gives these up only after 15 and 10 seconds, while the other tests run.
        cls.silent_id, port = cls.offer("silent")
        cls.silent = connect(port, 30)
        cls.addClassCleanup(cls.silent.close)
        cls.ended_id, port = cls.offer("end")
        with connect(port) as client:
            cls.raw.packet(wire.accept(cls.ended_id))
            cls.raw.send(cls.key, wire.ack(cls.ended_id))
            client.sendall(b"x")
            cls.raw.packet(STREAM + u32(cls.ended_id))

    @classmethod
    def fresh_id(cls):
        cls.next_id += 0x100
        return cls.next_id

    @classmethod
    def offer(cls, name, type=TCP):
        """Makes an offer; returns its id and the local port that the member opens for it."""
        id = cls.fresh_id()
        cls.raw.send(cls.key, wire.offer(id, name, type))
        return id, local_port(cls.member, name)

    def accepted(self, id, port):
        client = connect(port)
        self.addCleanup(client.close)
        self.raw.packet(wire.accept(id))
        self.raw.send(self.key, wire.ack(id))
        return client

    def test_a_service_is_used_and_comes_back_on_the_same_port(self):
        id, port = self.offer("hand")
        client = self.accepted(id, port)
        client.sendall(b"question")
        packet = self.raw.packet(STREAM + u32(id))
        self.assertEqual(packet["hex"], wire.stream(id, b"question"))
        self.raw.send(self.key, wire.stream(id, b"answer"))
        self.raw.send(self.key, wire.kill(id))
        self.assertEqual(read_all(client), b"answer")
        self.member.event("withdrawn", service="hand")
        self.assertTrue(refuses(port))
        self.assertEqual(self.offer("hand")[1], port)

    def test_a_public_offer_does_as_well(self):
        id = self.fresh_id()
        self.raw.send_public(wire.offer(id, "for all"))
        client = self.accepted(id, local_port(self.member, "for all"))
        self.raw.send_public(wire.kill(id, wire.WITHDRAWN))
        with self.assertRaises(ConnectionResetError):
            client.recv(1)
        self.member.event("withdrawn", service="for all")

    def test_the_end_of_the_local_program_is_a_kill(self):
        kill = self.raw.packet(KILL + u32(self.ended_id))
        self.assertEqual(reason_of(kill["hex"]), wire.CLOSED)

    def test_a_local_program_that_has_said_all_still_gets_the_answer(self):
        id, port = self.offer("half")
        client = self.accepted(id, port)
        client.sendall(b"all")
        client.shutdown(socket.SHUT_WR)
        self.raw.packet(wire.stream(id, b"all") + "$")
        self.raw.send(self.key, wire.stream(id, b"answer"))
        self.raw.send(self.key, wire.kill(id))
        self.assertEqual(read_all(client), b"answer")

    def test_a_refusal_reaches_the_local_program_at_once(self):
        id, port = self.offer("refused")
        client = connect(port, 5)
        self.addCleanup(client.close)
        self.raw.packet(wire.accept(id))
        self.raw.send(self.key, wire.kill(id, wire.REFUSED))
        with self.assertRaises(ConnectionResetError):
            client.recv(1)

    def assert_in_time(self, seconds, due):
        """Asserts that something came when it was due: hardly before, and late on a busy machine
        only."""
        self.assertGreater(seconds, due - 0.1)
        self.assertLess(seconds, due + 0.5 * sanitizers.PATIENCE)

    def test_an_accept_is_repeated_until_it_is_answered_and_given_up_after_15_seconds(self):
        kill = self.raw.packet(KILL + u32(self.silent_id))
        self.assertEqual(reason_of(kill["hex"]), wire.TIMEOUT)
        with self.assertRaises(ConnectionResetError):
            self.silent.recv(1)
        times = [packet["time"] for packet in self.raw.packets(wire.accept(self.silent_id))]
        self.assertEqual(len(times), 6)
        for repeat, after in enumerate((0.25, 0.75, 1.75, 3.75, 7.75), 1):
            self.assert_in_time(times[repeat] - times[0], after)
        self.assert_in_time(kill["time"] - times[0], 15)

    def test_an_accept_is_not_repeated_after_the_answer(self):
        id, port = self.offer("answered")
        client = self.accepted(id, port)
        with self.assertRaises(AssertionError):
            self.raw.packet(wire.accept(id), timeout=2)
        client.close()

    def test_a_second_connection_to_a_base_offer_is_refused_until_the_first_has_ended(self):
        id, port = self.offer("single")
        client = self.accepted(id, port)
        with self.assertRaises(ConnectionResetError), connect(port, 5) as second:
            second.recv(1)
        self.raw.send(self.key, wire.stream(id, b"first goes on"))
        self.assertEqual(client.recv(100), b"first goes on")

    def test_datagrams_travel_lossy_both_ways(self):
        id, port = self.offer("datagrams", UDP)
        client = socket.socket(type=socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.settimeout(10)
        client.connect(("127.0.0.1", port))
        client.send(b"first")
        self.raw.packet(wire.accept(id))
        self.raw.send(self.key, wire.ack(id))
        self.raw.packet(wire.datagram(id, b"first") + "$")
        for datagram in (b"answer", b"", b"y" * 1367):
            self.raw.send(self.key, wire.datagram(id, datagram), lossless=False)
            self.assertEqual(client.recv(65536), datagram)

    def test_two_peers_may_use_the_same_id(self):
        id = self.fresh_id()
        self.raw.send(self.key, wire.offer(id, "left"))
        self.other.send(self.key, wire.offer(id, "right"))
        left = connect(local_port(self.member, "left"))
        right = connect(local_port(self.member, "right"))
        self.addCleanup(left.close)
        self.addCleanup(right.close)
        for raw in (self.raw, self.other):
            raw.packet(wire.accept(id))
            raw.send(self.key, wire.ack(id))
        self.other.send(self.key, wire.kill(id))
        self.assertEqual(right.recv(1), b"")
        left.sendall(b"goes on")
        self.raw.packet(wire.stream(id, b"goes on") + "$")

    def test_nobody_can_end_what_is_anothers(self):
        id, port = self.offer("mine")
        client = self.accepted(id, port)
        self.other.send(self.key, wire.kill(id))
        self.other.send_public(wire.kill(id))
        self.other.send(self.key, wire.stream(id, b"forged"))
        kill = self.other.packet(KILL + u32(id))  # the forged bytes have been processed
        self.assertEqual(reason_of(kill["hex"]), wire.UNKNOWN)
        self.raw.send(self.key, wire.stream(id, b"genuine"))
        self.assertEqual(client.recv(100), b"genuine")


if __name__ == "__main__":
    unittest.main()
