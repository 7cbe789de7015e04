"""RFC 8188 as Python and OpenSSL have it, for the tests beside this file: nothing here is shared with what it judges.

    rfc8188.py FILE     a JSON document a line: {"do": "open", "ikm", "body"} or {"do": "seal", "ikm", "salt", "rs",
                        "name", "plain", "pad"}, octets in hexadecimal. Answers a line each: what comes out, or `-`.
"""

import json
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def keys(ikm, salt):
    def derived(length, info):
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(ikm)

    return AESGCM(derived(16, b"Content-Encoding: aes128gcm\0")), derived(12, b"Content-Encoding: nonce\0")


def nonce(base, number):
    return (int.from_bytes(base, "big") ^ number).to_bytes(12, "big")


def seal(ikm, salt, rs, name, plain, pad):
    """`pad` octets of padding in each record, as far as they leave room for one of data."""
    cipher, base = keys(ikm, salt)
    body = salt + rs.to_bytes(4, "big") + bytes([len(name)]) + name
    room = max(rs - 17 - pad, 1)
    records = [plain[at : at + room] for at in range(0, len(plain), room)] or [b""]
    for number, data in enumerate(records):
        last = number == len(records) - 1
        text = data + (b"\2" if last else b"\1")
        # All but the last fill their size.
        text += b"\0" * (min(pad, rs - 16 - len(text)) if last else rs - 16 - len(text))
        body += cipher.encrypt(nonce(base, number), text, None)
    return body


def unseal(ikm, body):
    if len(body) < 21 or len(body) < 21 + body[20]:
        return None
    salt, rs, records = body[:16], int.from_bytes(body[16:20], "big"), body[21 + body[20] :]
    if rs < 18 or not records:
        return None
    cipher, base = keys(ikm, salt)
    plain = b""
    count = (len(records) + rs - 1) // rs
    for number in range(count):
        try:
            text = cipher.decrypt(nonce(base, number), records[number * rs : (number + 1) * rs], None)
        except (InvalidTag, ValueError):
            return None
        text = text.rstrip(b"\0")
        if text[-1:] != (b"\2" if number == count - 1 else b"\1"):
            return None
        plain += text[:-1]
    return plain


def main():
    for line in open(sys.argv[1]):
        case = json.loads(line)
        octets = {name: bytes.fromhex(text) for name, text in case.items() if name not in ("do", "rs", "pad")}
        if case["do"] == "open":
            result = unseal(octets["ikm"], octets["body"])
        else:
            result = seal(octets["ikm"], octets["salt"], case["rs"], octets["name"], octets["plain"], case["pad"])
        print("-" if result is None else result.hex())


main()
