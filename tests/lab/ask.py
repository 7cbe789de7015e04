"""A DHCP client that says what it is told to say, and prints the options of the answer, one `CODE HEX` a line.

    ask.py INTERFACE MAC discover|inform ASKED [CODE=HEX ...]

ASKED is what option 55 lists, by comma, or `-` for no option 55. Nothing is printed when nobody answers. For DHCPINFORM
the interface has an address already.
"""

import fcntl
import socket
import struct
import sys
import time

INTERFACE, MAC, KIND, ASKED = sys.argv[1:5]
COOKIE = bytes([99, 130, 83, 99])
SIOCGIFADDR = 0x8915


def option(code, data):
    return bytes([code, len(data)]) + data


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def own_address():
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return fcntl.ioctl(probe, SIOCGIFADDR, INTERFACE.encode().ljust(256, b"\0"))[20:24]


def main():
    mac = bytes.fromhex(MAC.replace(":", ""))
    inform = KIND == "inform"
    own = own_address() if inform else bytes(4)
    transaction = struct.pack("!I", time.monotonic_ns() & 0xFFFFFFFF)
    said = option(53, bytes([8 if inform else 1]))
    if ASKED != "-":
        said += option(55, bytes(map(int, ASKED.split(","))))
    for more in sys.argv[5:]:
        code, data = more.split("=")
        said += option(int(code), bytes.fromhex(data))
    # Answers are broadcast: the client has no address to be sent to.
    flags = 0 if inform else 0x8000
    message = struct.pack("!BBBB4sHH4s12s", 1, 1, 6, 0, transaction, 0, flags, own, bytes(12))
    message += mac.ljust(16, b"\0") + bytes(192) + COOKIE + said + b"\xff"
    message = message.ljust(300, b"\0")
    datagram = struct.pack("!HHHH", 68, 67, 8 + len(message), 0) + message
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 1, 0, 64, 17, 0, own, b"\xff" * 4)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    wire.bind((INTERFACE, 0))
    for _ in range(5):
        wire.send(b"\xff" * 6 + mac + b"\x08\0" + header + datagram)
        answer = listen(wire, transaction)
        if answer is not None:
            return tell(answer)


def listen(wire, transaction):
    until = time.monotonic() + 2
    while (left := until - time.monotonic()) > 0:
        wire.settimeout(left)
        try:
            frame = wire.recv(4096)
        except TimeoutError:
            return None
        packet = frame[14:]
        payload = packet[(packet[0] & 15) * 4:]
        if packet[9] == 17 and payload[:4] == struct.pack("!HH", 67, 68) and payload[12:16] == transaction:
            return payload[8:]
    return None


def tell(answer):
    print("yiaddr", socket.inet_ntoa(answer[16:20]))
    for name, start, end in [("sname", 44, 108), ("file", 108, 236)]:
        if any(answer[start:end]):
            print(name, answer[start:end].hex())
    rest = answer[240:]
    while rest and rest[0] != 255:
        if rest[0] == 0:
            rest = rest[1:]
            continue
        print(rest[0], rest[2:2 + rest[1]].hex())
        rest = rest[2 + rest[1]:]


main()
