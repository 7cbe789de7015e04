"""A name server in bad company: every true answer comes behind forged ones, with another id, from another port, for another
question. It tells on stdout what it was asked, one `ID PORT NAME TYPE` a line.

    upstream.py ADDRESS NAME TRUTH LIE
"""

import socket
import struct
import sys

ADDRESS, NAME, TRUTH, LIE = sys.argv[1:5]
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind((ADDRESS, 53))
forger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
forger.bind((ADDRESS, 0))


def question(datagram):
    """Where it ends, its name and type."""
    at, labels = 12, []
    while datagram[at]:
        labels.append(datagram[at + 1 : at + 1 + datagram[at]].decode())
        at += 1 + datagram[at]
    return at + 5, ".".join(labels), struct.unpack("!H", datagram[at + 1 : at + 3])[0]


def answer(number, asked, address):
    head = struct.pack("!HHHHHH", number, 0x8180, 1, 1, 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + socket.inet_aton(address)
    return head + asked + record


print("listening", flush=True)
while True:
    datagram, peer = line.recvfrom(4096)
    end, name, kind = question(datagram)
    number = struct.unpack("!H", datagram[:2])[0]
    print(number, peer[1], name, kind, flush=True)
    asked = datagram[12:end]
    other = b"\x05other\x07example\0\0\x01\0\x01"
    line.sendto(answer(number ^ 1, asked, LIE), peer)
    line.sendto(answer(number, other, LIE), peer)
    forger.sendto(answer(number, asked, LIE), peer)
    line.sendto(b"\0", peer)
    if name.lower() == NAME and kind == 1:
        line.sendto(answer(number, asked, TRUTH), peer)
