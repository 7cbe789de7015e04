"""Sealing beside `openssl speed`, a phone's whole story, and one phone's file: `tests/bench/run seal`, `story` and `file`."""

import re
import subprocess

SIZES = (16 << 10, 128 << 10, 1 << 20)


def inside(root, what):
    """What the bench inside of the process says, by name."""
    command = ["cargo", "bench", "--quiet", "--bench", "inside", "--", what]
    out = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    rows = (line.split() for line in out.splitlines() if len(line.split()) == 3)
    return {name: float(value) for name, value, _ in rows}


def openssl(cipher, size, opening):
    """Octets a second of one core, as OpenSSL itself measures them."""
    command = ["openssl", "speed", "-seconds", "2", "-bytes", str(size)] + (["-decrypt"] if opening else []) + ["-evp", cipher]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+)k\s*$", out.strip()).group(1)) * 1000


def seal(root):
    print("seal, MB/s of one core (medians); the cipher is what `openssl speed` says of it, without header, key and allocation")
    ours = inside(root, "seal")
    for name, cipher in (("cbc", "aes-256-cbc"), ("gcm", "aes-128-gcm")):
        for verb in ("seal", "open"):
            for size in SIZES:
                # OpenSSL has GCM in one direction only; the work of the other is the same.
                theirs = openssl(cipher, size, verb == "open" and name == "cbc")
                rate = ours["%s-%s-%d" % (verb, name, size)]
                print("  %-12s %-10s %6d octets  prov %6.0f   cipher %6.0f   ratio %.2f" % (cipher, verb, size, rate / 1e6, theirs / 1e6, rate / theirs))


def story(root):
    print("story, a phone from factory default to converged on the quickstart's plan, one core")
    found = inside(root, "story")
    print("  %d events   median %.0f us   99 of 100 within %.0f us" % (found["events"], found["median"], found["p99"]))


def file(root):
    print("file, one phone's file rendered as it is asked for, one core (60 parameters each)")
    found = inside(root, "file")
    for name, most in (("plain", 20), ("gzip-sealed", 60)):
        print("  %-12s %6d octets   median %6.2f us   99 of 100 within %6.2f us   (wanted: under %d us)" % (name, found[name + "-size"], found[name + "-median"], found[name + "-p99"], most))
