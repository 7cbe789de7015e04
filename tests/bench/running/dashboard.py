"""`tests/bench/run dashboard`: how long the server takes for the pages of 50,000 phones, of which each was heard of."""

import socket
import statistics
import time
import urllib.request

from .process import DASHBOARD, Serving

ROUNDS = 15
SYSLOG = 6514


def asked(path):
    """Milliseconds until the whole answer is here, and its octets."""
    begun = time.perf_counter()
    with urllib.request.urlopen("http://127.0.0.1:%d%s" % (DASHBOARD, path)) as answer:
        octets = len(answer.read())
    return (time.perf_counter() - begun) * 1000, octets


def heard(macs):
    """A word of each phone over syslog, below what one client may send; every tenth failed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for number, mac in enumerate(macs):
            colons = ":".join(mac[at : at + 2] for at in range(0, 12, 2))
            words = "Resync failed: corrupt" if number % 10 == 0 else "Successful resync http://p/x"
            # Each from an address of its own: one that sends too much is not heard.
            if number % 1000 == 0:
                out.close()
                out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                out.bind(("127.77.%d.1" % (number // 1000), 0))
            out.sendto(("<134>CP-8841-3PCC %s -- %s" % (colons, words)).encode(), ("127.0.0.1", SYSLOG))
            if number % 100 == 0:
                time.sleep(0.01)
        out.close()
    time.sleep(2)


def pages(prov, folder, macs):
    print("pages of %d phones, milliseconds until the answer is whole (median and longest of %d)" % (len(macs), ROUNDS))
    with Serving(prov, folder, "--state", "memory"):
        for told, when in ((None, "nobody was heard of"), (macs, "each was heard of")):
            if told:
                heard(told)
            print("  " + when)
            for name, path in (
                ("the overview", "/"),
                ("its last page", "/?page=500"),
                ("those that lag", "/?state=lagging"),
                ("those that failed", "/?cause=failed"),
                ("a text", "/?q=desk+49999"),
                ("a text that nothing has", "/?q=nothing"),
                ("one phone", "/phones/" + macs[-1]),
                ("the overview as JSON", "/api/phones"),
            ):
                times = [asked(path) for _ in range(ROUNDS)]
                took = [one for one, _ in times]
                print("    %-26s %7.1f %7.1f   %6d bytes" % (name, statistics.median(took), max(took), times[0][1]))
