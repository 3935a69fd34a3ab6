"""Builds and reads packets of protocol/SPEC.md independently of the program, as hexadecimal text
with the id."""

import re
import struct
from collections import namedtuple

OFFER, ACCEPT, ACK, DATA = "9000", "9001", "9002", "9003"
KILL, STREAM, WINDOW = DATA + "f1", DATA + "f2", DATA + "f3"
HELLO, COPY = ACCEPT + "f4", ACCEPT + "f5"
TCP, UDP = 1, 2
MULTI, LINK, FRAGMENT, RESUME, EARLY, WINDOWS, COUNT = 1, 2, 4, 8, 0x10, 0x20, 0x40
CLOSED, RESET, DENIED, WITHDRAWN, REFUSED = 1, 2, 3, 4, 5
TIMEOUT, UNKNOWN, LIMIT, PROTOCOL, ACKNOWLEDGED = 7, 8, 10, 11, 0xFF

Hello = namedtuple("Hello", "epoch capabilities peer_epoch offered heard open flags")
Offer = namedtuple("Offer", "id type port name extension hex")


def u8(value):
    return struct.pack("<B", value).hex()


def u16(value):
    return struct.pack("<H", value).hex()


def u32(value):
    return struct.pack("<I", value).hex()


def extension(capabilities, **tags):
    """Builds an extension block; mapping_id, transport (1 or 2) and epoch are tags."""
    block = "e1" + u32(capabilities)
    for name, (tag, write) in {"mapping_id": (1, u32), "transport": (2, u8),
                               "epoch": (3, u32)}.items():
        if name in tags:
            value = write(tags[name])
            block += u8(tag) + u8(len(value) // 2) + value
    return block


def offer(id, name, type=TCP, port=0, extension=""):
    raw = name if isinstance(name, bytes) else name.encode()
    return OFFER + u32(id) + u8(type) + u16(port) + u8(len(raw)) + raw.hex() + extension


def accept(id, extension=""):
    return ACCEPT + u32(id) + extension


def ack(id, extension=""):
    return ACK + u32(id) + extension


def kill(id, reason=CLOSED):
    return KILL + u32(id) + u8(reason)


def stream(id, data):
    return STREAM + u32(id) + data.hex()


def datagram(id, data):
    return DATA + u32(id) + data.hex()


def window(id, limit):
    return WINDOW + u32(id) + struct.pack("<Q", limit).hex()


def hello(epoch, capabilities, peer_epoch=0, offered=0, heard=0, open=0, answer=False):
    return HELLO + struct.pack("<IIIQQQB", epoch, capabilities, peer_epoch, offered, heard, open,
                               answer).hex()


def parse_hello(packet):
    return Hello(*struct.unpack_from("<IIIQQQB", bytes.fromhex(packet), 3))


def digest(offers):
    """Returns the digest of a set of offers: the sum of their FNV-1a hashes."""
    total = 0
    for packet in offers:
        value = 0xCBF29CE484222325
        for byte in bytes.fromhex(packet)[2:]:
            value = (value ^ byte) * 0x100000001B3 % 2**64
        total += value
    return total % 2**64


def parse_offer(packet):
    raw = bytes.fromhex(packet)[2:]
    id, type, port, length = struct.unpack_from("<IBHB", raw)
    return Offer(id, type, port, raw[8:8 + length].decode(), raw[8 + length:].hex(), packet)


def parse_extension(block):
    """Returns (capabilities, {tag: value in hex})."""
    raw = bytes.fromhex(block)
    assert raw[0] == 0xE1, block
    tags, at = {}, 5
    while at < len(raw):
        tags[raw[at]] = raw[at + 2:at + 2 + raw[at + 1]].hex()
        at += 2 + raw[at + 1]
    return struct.unpack_from("<I", raw, 1)[0], tags


def reason_of(packet):
    """Returns a Kill's reason."""
    assert re.match(KILL, packet), packet
    return bytes.fromhex(packet)[7] if len(packet) > 14 else 0
