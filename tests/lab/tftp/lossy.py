"""A TFTP client on a bad line: it reads or writes a file by RFC 1350, 2347 and 7440, and loses datagrams both ways.

    lossy.py HOST PORT read|write PATH FILE SEED LOSS [OPTION=VALUE ...]

LOSS is in hundredths; the same SEED loses the same. Says what it saw as one JSON document: the options that were agreed,
the ports that answered, the blocks that came twice, and the error, if there was one.
"""

import json
import random
import socket
import struct
import sys

HOST, PORT, KIND, PATH, FILE, SEED, LOSS = sys.argv[1:8]
WANTED = dict(one.split("=") for one in sys.argv[8:])
CHANCE = random.Random(int(SEED))
# Of one datagram. A server of ours waits a second, so that the client is the one that asks again.
PATIENCE, ATTEMPTS = 0.1, 150

line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.settimeout(PATIENCE)
told = {"options": {}, "ports": [], "repeated": 0, "error": None}


def lost():
    return CHANCE.randrange(100) < int(LOSS)


def send(datagram, to):
    if not lost():
        line.sendto(datagram, to)


def receive():
    """The next datagram, or None when the time is over."""
    while True:
        try:
            datagram, peer = line.recvfrom(70000)
        except socket.timeout:
            return None
        if lost():
            continue
        if peer[1] not in told["ports"]:
            told["ports"].append(peer[1])
        return datagram, peer


def request(code):
    fields = [PATH, "octet"] + [text for pair in WANTED.items() for text in pair]
    return struct.pack("!H", code) + b"".join(field.encode() + b"\0" for field in fields)


def agree(datagram):
    fields = datagram[2:].split(b"\0")[:-1]
    told["options"] = {fields[at].decode(): fields[at + 1].decode() for at in range(0, len(fields), 2)}


def refused(datagram):
    told["error"] = [struct.unpack("!H", datagram[2:4])[0], datagram[4:].rstrip(b"\0").decode()]


def agreed(name, usual):
    return int(told["options"].get(name, usual))


def read():
    octets, got, since, silent, gap = b"", 0, 0, 0, False
    server, begun = (HOST, int(PORT)), False
    send(request(1), server)
    while silent < ATTEMPTS:
        received = receive()
        if received is None:
            silent, since, gap = silent + 1, 0, False
            send(struct.pack("!HH", 4, got & 0xFFFF) if begun else request(1), server)
            continue
        datagram, server = received
        code, number = struct.unpack("!HH", datagram[:4])
        if code == 5:
            return refused(datagram)
        silent = 0
        if code == 6 and got == 0:
            agree(datagram)
            begun = True
            send(struct.pack("!HH", 4, 0), server)
        elif code == 3 and number == (got + 1) & 0xFFFF:
            data = datagram[4:]
            octets, got, since, gap, begun = octets + data, got + 1, since + 1, False, True
            last = len(data) < agreed("blksize", 512)
            if last or since == agreed("windowsize", 1):
                since = 0
                send(struct.pack("!HH", 4, number), server)
            if last:
                # Said often enough that the server hears it.
                for _ in range(8):
                    send(struct.pack("!HH", 4, number), server)
                open(FILE, "wb").write(octets)
                return
        elif code == 3:
            told["repeated"] += 1
            if not gap:
                gap, since = True, 0
                send(struct.pack("!HH", 4, got & 0xFFFF), server)
    told["error"] = [-1, "nobody answers"]


def write():
    octets = open(FILE, "rb").read()
    server, base, silent = (HOST, int(PORT)), None, 0
    send(request(2), server)

    def window():
        size = agreed("blksize", 512)
        last = len(octets) // size + 1
        for block in range(base, min(base + agreed("windowsize", 1), last + 1)):
            data = octets[(block - 1) * size : block * size]
            send(struct.pack("!HH", 3, block & 0xFFFF) + data, server)
        return last

    while silent < ATTEMPTS:
        received = receive()
        if received is None:
            silent += 1
            send(request(2), server) if base is None else window()
            continue
        datagram, server = received
        code, number = struct.unpack("!HH", datagram[:4])
        if code == 5:
            return refused(datagram)
        silent = 0
        if code == 6 and base is None:
            agree(datagram)
            base = 1
        elif code == 4 and base is None and number == 0:
            base = 1
        elif code == 4 and base is not None:
            ahead = (number - base) & 0xFFFF
            if ahead >= agreed("windowsize", 1):
                told["repeated"] += 1
                continue
            base += ahead + 1
            if base > len(octets) // agreed("blksize", 512) + 1:
                return
        else:
            continue
        window()
    told["error"] = [-1, "nobody answers"]


read() if KIND == "read" else write()
print(json.dumps(told))
