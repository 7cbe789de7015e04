"""What a capture holds, read by scapy and told field by field: one JSON document a packet.

    capture.py FILE
"""

import json
import sys

from scapy.all import ICMP, IP, UDP, IPv6, rdpcap
from scapy.layers.dhcp import BOOTP, DHCP
import scapy.layers.dhcp6  # noqa: F401
from scapy.layers.dns import DNS
from scapy.layers.tftp import TFTP, TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_RRQ, TFTP_WRQ, TFTP_Options


def text(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (list, tuple)):
        return [text(one) for one in value]
    return value if isinstance(value, (int, str, bool)) or value is None else str(value)


def checks(packet):
    """Whether the checksums are those that scapy comes to."""
    again = packet.__class__(bytes(packet))
    for layer in (IP, UDP):
        if again.haslayer(layer):
            was = getattr(again[layer], "chksum")
            del again[layer].chksum
            made = packet.__class__(bytes(again))[layer].chksum
            # Zero says that there is none; a system leaves it to a card that is not there.
            if layer is IP and was != made:
                return False
    return True


def dhcp(packet):
    bootp = packet[BOOTP]
    options = {}
    for option in packet[DHCP].options:
        if isinstance(option, tuple):
            options[str(option[0])] = text(option[1] if len(option) == 2 else list(option[1:]))
    order = [option[0] for option in packet[DHCP].options if isinstance(option, tuple)]
    names = ["op", "htype", "hlen", "hops", "xid", "secs", "ciaddr", "yiaddr", "siaddr", "giaddr"]
    fields = {name: text(getattr(bootp, name)) for name in names}
    fields["flags"] = int(bootp.flags)
    fields["chaddr"] = bootp.chaddr[:6].hex(":")
    return {"kind": "dhcp", "options": options, "order": order, **fields}


def records(section, count):
    found = []
    for at in range(count):
        record = section[at]
        fields = {"name": text(record.rrname), "type": record.type, "ttl": getattr(record, "ttl", None)}
        for name in ("rdata", "priority", "weight", "port", "target", "mname", "minimum", "rclass"):
            if hasattr(record, name):
                fields[name] = text(getattr(record, name))
        found.append(fields)
    return found


def dns(packet):
    message = packet[DNS]
    fields = {name: int(getattr(message, name)) for name in ("id", "qr", "opcode", "aa", "tc", "rd", "ra", "rcode")}
    return {
        "kind": "dns",
        "question": [text(message.qd.qname), message.qd.qtype],
        "answers": records(message.an, message.ancount),
        "authorities": records(message.ns, message.nscount),
        "additionals": records(message.ar, message.arcount),
        **fields,
    }


def tftp(datagram):
    packet = TFTP(datagram)
    told = {"kind": "tftp", "op": packet.op}
    asked, numbered = ["filename", "mode"], ["block"]
    fields = {
        TFTP_RRQ: asked,
        TFTP_WRQ: asked,
        TFTP_DATA: numbered,
        TFTP_ACK: numbered,
        TFTP_ERROR: ["errorcode", "errormsg"],
    }
    for layer, names in fields.items():
        if packet.haslayer(layer):
            told.update({name: text(getattr(packet[layer], name)) for name in names})
    if packet.haslayer(TFTP_DATA):
        told["length"] = len(bytes(packet[TFTP_DATA].payload))
    options = packet[TFTP_Options].options if packet.haslayer(TFTP_Options) else []
    told["options"] = {text(one.oname).lower(): text(one.value) for one in options}
    return told


def dhcp6(packet):
    told, layer = {"kind": "dhcp6", "type": packet[UDP].payload.msgtype, "options": []}, packet[UDP].payload
    told["trid"] = getattr(layer, "trid", None)

    def walk(option):
        fields = {"code": option.optcode if hasattr(option, "optcode") else None}
        for name, value in option.fields.items():
            if isinstance(value, list):
                fields[name] = [walk(one) if hasattr(one, "fields") else text(one) for one in value]
            elif hasattr(value, "fields"):
                fields[name] = bytes(value).hex()
            else:
                fields[name] = text(value)
        return fields

    option = layer.payload
    while option and hasattr(option, "fields") and option.name != "NoPayload":
        told["options"].append({"name": option.name, **walk(option)})
        option = option.payload
    return told


def main():
    transfers, told = set(), []
    for packet in rdpcap(sys.argv[1]):
        if not packet.haslayer(UDP) or packet.haslayer(ICMP):
            continue
        udp = packet[UDP]
        ends = (udp.sport, udp.dport)
        network = packet[IP] if packet.haslayer(IP) else packet[IPv6]
        if packet.haslayer(DHCP):
            fields = dhcp(packet)
        elif packet.haslayer(DNS):
            fields = dns(packet)
        elif 547 in ends or 546 in ends:
            fields = dhcp6(packet)
        elif 69 in ends or udp.sport in transfers or udp.dport in transfers:
            transfers.update(port for port in ends if port != 69)
            fields = tftp(bytes(udp.payload))
        else:
            continue
        told.append({"from": network.src, "to": network.dst, "ports": ends, "sound": checks(packet), **fields})
    print(json.dumps(told))


main()
