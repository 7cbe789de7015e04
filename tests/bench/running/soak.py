"""`tests/bench/run soak [MINUTES]`: every protocol at once, as much as this machine can ask, and what that leaves behind:
memory and open files have to be flat. Reloads go on all the while."""

import os
import random
import socket
import statistics
import struct
import subprocess
import tempfile
import threading
import time

from .process import Serving, megabytes
from .reload import change

EVERY = 5
RELOAD = 30


class Worker(threading.Thread):
    """Does one thing again and again until told to stop."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.over, self.done, self.failed = work, False, 0, 0

    def run(self):
        while not self.over:
            try:
                done = self.work()
            except OSError:
                done = False
            if done:
                self.done += 1
            else:
                self.failed += 1


def udp(timeout=1.0):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(timeout)
    one.bind(("127.0.0.1", 0))
    return one


def leases(clients):
    """A client after the other takes a lease and, half of them, gives it back."""
    place = udp()

    def message(mac, kind, more=b""):
        xid = random.getrandbits(32)
        head = struct.pack("!BBBBIHH4s4s4s4s16s64s128s4s", 1, 1, 6, 0, xid, 0, 0, b"", b"", b"", b"", mac, b"", b"", b"\x63\x82\x53\x63")
        return xid, head + bytes([53, 1, kind]) + more + b"\xff"

    def ask(mac, kind, more=b""):
        xid, octets = message(mac, kind, more)
        place.sendto(octets, ("127.0.0.1", 6067))
        while True:
            answer = place.recv(2048)
            if answer[4:8] == struct.pack("!I", xid):
                return answer

    def work():
        mac = b"\x02\x00" + struct.pack("!I", random.randrange(clients))
        offer = ask(mac, 1)
        wanted = b"\x32\x04" + offer[16:20]
        at = offer.index(b"\x36\x04")
        ack = ask(mac, 3, wanted + offer[at : at + 6])
        if random.random() < 0.5:
            _, octets = message(mac, 7, offer[at : at + 6])
            place.sendto(octets[:12] + ack[16:20] + octets[16:], ("127.0.0.1", 6067))
        return ack[16:20] == offer[16:20]

    return work


def transfers(paths):
    """A file after the other over TFTP; one in ten is given up in the middle."""

    def work():
        with udp() as place:
            path = random.choice(paths)
            place.sendto(b"\0\1" + path.encode() + b"\0octet\0", ("127.0.0.1", 6069))
            while True:
                block, peer = place.recvfrom(2048)
                # One path in two is nobody's: that is said, and well.
                if block[:2] != b"\0\3" or random.random() < 0.1:
                    return block[:2] in (b"\0\3", b"\0\5")
                place.sendto(b"\0\4" + block[2:4], peer)
                if len(block) < 516:
                    return True

    return work


def syslog(macs):
    place = udp()

    def work():
        mac = random.choice(macs)
        mac = ":".join(mac[at : at + 2] for at in range(0, 12, 2))
        said = random.choice(("Requesting resync http://p/x", "Successful resync http://p/x", "Resync failed: corrupt", "hello"))
        place.sendto(("<134>CP-8841-3PCC %s -- %s" % (mac, said)).encode(), ("127.0.0.1", 6514))
        time.sleep(0.0005)
        return True

    return work


def garbage():
    """What no client should send, to every port."""

    def work():
        with udp() as place:
            for port in (6067, 6053, 6069, 6514):
                place.sendto(os.urandom(random.randrange(0, 1400)), ("127.0.0.1", port))
        for port in (6080, 6081, 6053):
            with socket.create_connection(("127.0.0.1", port), 1) as stream:
                stream.sendall(os.urandom(random.randrange(1, 400)))
        time.sleep(0.01)
        return True

    return work


def queries(folder):
    path = folder / "queries"
    path.write_text("prov.lab.example A\n_ciscoprov-http._tcp.lab.example SRV\nnothing.lab.example A\nother.example A\n")
    return ["dnsperf", "-s", "127.0.0.1", "-p", "6053", "-d", path, "-c", "8", "-Q", "4000", "-l"]


def soak(prov, folder, macs, minutes):
    seconds = int(float(minutes) * 60)
    print("soak: %d phones, %d s, every protocol at once" % (len(macs), seconds), flush=True)
    (folder / "spread.lua").write_text(
        "local n = 0\nlocal paths = {}\nfor line in io.lines('%s') do paths[#paths + 1] = line end\n"
        "request = function() n = n %% #paths + 1; return wrk.format('GET', paths[n]) end\n" % (folder / "paths")
    )
    (folder / "paths").write_text("".join("/phones/%s.cfg\n" % mac for mac in macs))
    length = "-d%ds" % seconds
    with tempfile.TemporaryDirectory() as state, Serving(prov, folder, "--state", "file:" + state) as serving:
        load = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for command in (
                ["wrk", "-t1", "-c64", length, "-s", folder / "spread.lua", "http://127.0.0.1:6080/"],
                ["wrk", "-t1", "-c16", length, "-H", "Connection: close", "http://127.0.0.1:6080/common/8841-3PCC.xml"],
                queries(folder) + [str(seconds)],
            )
        ]
        workers = {"dhcp": leases(100_000), "tftp": transfers(["/8841-3PCC.xml", "/nothing"]), "syslog": syslog(macs), "garbage": garbage()}
        workers = {name: Worker(work) for name, work in workers.items()}
        for worker in workers.values():
            worker.start()
        before, rows, begun, reloads, next_reload = serving.figures(), [], time.monotonic(), 0, RELOAD
        while time.monotonic() - begun < seconds:
            time.sleep(EVERY)
            now = time.monotonic() - begun
            if now >= next_reload:
                change(folder, 2 + reloads % 1000, "Soaked %d" % reloads)
                reloads, next_reload = reloads + 1, next_reload + RELOAD
            rows.append((now, serving.memory()[0], serving.files(), serving.threads()))
        for worker in workers.values():
            worker.over = True
            worker.join()
        said = [process.communicate()[0] for process in load]
        after = serving.figures()
        time.sleep(EVERY)
        left = serving.memory()[0], serving.files()
        report(rows, before, after, workers, said, left)


def report(rows, before, after, workers, said, left):
    # The first third warms up: what is seen of each phone has its place by then.
    third = max(1, len(rows) // 3)
    middle, last = rows[third : 2 * third] or rows, rows[2 * third :] or rows
    for name, at, show in (("resident, MB", 1, megabytes), ("open files", 2, float), ("threads", 3, float)):
        values = [show(statistics.median(row[at] for row in part)) for part in (rows[:third], middle, last)]
        print("  %-28s %9.1f %9.1f %9.1f   (medians of each third)" % (name, *values))
    print("  after the load               %9.1f MB, %d open files" % (megabytes(left[0]), left[1]))
    took = rows[-1][0]
    print("  counted by prov, a second")
    for name in sorted(after):
        rose = after[name] - before.get(name, 0)
        if rose > 0 and name.startswith("prov_") and "_total" in name and "bytes" not in name:
            print("    %-56s %10.1f   (%d)" % (name, rose / took, rose))
    print("  clients: " + ", ".join("%s %d done, %d failed" % (name, one.done, one.failed) for name, one in workers.items()))
    for text in said:
        for line in text.splitlines():
            if any(word in line for word in ("Requests/sec", "Socket errors", "Non-2xx", "Queries lost", "Queries completed", "Queries per second")):
                print("  " + line.strip())
