"""`tests/bench/run dns` and `tests/bench/run tftp`: questions and downloads a second, beside NSD and tftpd-hpa, each with
what `prov build` writes of the same program. All on loopback, each server alone at a time.
"""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROUNDS = 3
SECONDS = 5
# Downloads at a time, and how many in a round.
PARALLEL, DOWNLOADS = 32, 96
# A firmware load of phones is some tens of megabytes; what counts is the blocks.
OCTETS = 4 << 20
BLOCK = 1428
WINDOW = 16

PROGRAM = """use cisco.mpp
use cisco.firmware
server prov {
  name "prov.lab.example"  address 127.0.0.1
  http { port 6080 }  tftp { port 6069 }  dns { port 6053 }
}
zone "lab.example" {
  a "prov" 127.0.0.1
  srv "_ciscoprov-http._tcp" { target "prov"  port 6080  priority 10  weight 50 }
%s
}
profile common { fetch http "/common/$PSN.xml"  Time_Zone = "GMT+01:00" }
firmware r11 { release "11.3(7)" }
fleet desks {
  server prov
  profiles common
  bootstrap manual
  upgrade { to r11  fetch tftp "/fw" }
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
}
"""
NAMES = 1000
NSD = """
server:
  ip-address: 127.0.0.1@16053
  zonesdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  xfrdfile: "{folder}/xfrd.state"
  pidfile: "{folder}/nsd.pid"
  database: ""
  rrl-ratelimit: 0
  username: ""
  server-count: 2
  hide-version: yes
remote-control:
  control-enable: no
zone:
  name: lab.example
  zonefile: "{zone}"
"""


class Started:
    """A server for as long as it is measured."""

    def __init__(self, *command):
        self.command = [str(word) for word in command]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        if self.process.poll() is not None:
            raise SystemExit("%s ended at once" % self.command[0])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def table(title, found):
    print(title)
    ours = statistics.median(found["prov"])
    for name, runs in found.items():
        rate = statistics.median(runs)
        print("  %-10s %10.1f%s" % (name, rate, "" if name == "prov" else "   prov is %.2f times that" % (ours / rate)))


def dns(binary):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "main.prov").write_text(
            PROGRAM % "\n".join('  a "desk%d" 10.0.%d.%d' % (n, n >> 8, n & 255) for n in range(NAMES))
        )
        subprocess.run([binary, "build", "-q", "--target", "zone", "-o", folder / "zones", folder], check=True)
        zone = next(path for path in (folder / "zones").rglob("*") if path.is_file() and "lab.example" in path.name)
        (folder / "nsd.conf").write_text(NSD.format(folder=folder, zone=zone))
        # Addresses, services, and what is not there.
        with open(folder / "questions", "w") as questions:
            for n in range(NAMES):
                questions.write("desk%d.lab.example A\n" % n)
                questions.write("_ciscoprov-http._tcp.lab.example SRV\n")
                questions.write("nobody%d.lab.example A\n" % n)
        servers = {
            "nsd": (16053, ("nsd", "-d", "-c", folder / "nsd.conf")),
            "prov": (6053, (binary, "serve", "-q", "--state", "memory", folder)),
        }
        found = {"prov": [], "nsd": []}
        for _ in range(ROUNDS):
            for name, (port, command) in servers.items():
                with Started(*command):
                    asked = ["dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", str(folder / "questions"), "-l", str(SECONDS), "-c", "16", "-q", "200"]
                    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
                lost = re.search(r"Queries lost: +(\d+)", said)
                if int(lost[1]) > 200:
                    print("  (%s lost %s)" % (name, lost[1]))
                found[name].append(float(re.search(r"Queries per second: +([\d.]+)", said)[1]))
    table("dns, answers a second over UDP (median of %d alternating rounds of %d s)" % (ROUNDS, SECONDS), found)


def tftp(binary):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        (folder / "main.prov").write_text(PROGRAM % "")
        said = subprocess.run([binary, "show", "00:0e:08:ab:cd:01", folder], capture_output=True, text=True).stdout
        load = re.search(r"[\w.-]+\.loads", said)[0]
        images = folder / "images"
        images.mkdir()
        part = "rootfs.sbn"
        (images / load).write_text(part + "\n")
        (images / part).write_bytes(os.urandom(OCTETS))
        tree = folder / "tftp/fw"
        tree.mkdir(parents=True)
        shutil.copy(images / part, tree / part)
        servers = {
            "tftpd-hpa": (16069, ("in.tftpd", "-L", "--address", "127.0.0.1:16069", "-u", "root", "-s", folder / "tftp")),
            "prov": (6069, (binary, "serve", "-q", "--state", "memory", folder)),
        }
        # curl acknowledges each block; atftp asks for windows (RFC 7440), which tftpd-hpa does not know.
        block = "blksize %d" % BLOCK
        clients = {
            "each block acknowledged": lambda port: ["curl", "-sS", "--tftp-blksize", str(BLOCK), "-o", "/dev/null", "tftp://127.0.0.1:%d/fw/%s" % (port, part)],
            "a window of %d asked for" % WINDOW: lambda port: ["atftp", "--option", block, "--option", "windowsize %d" % WINDOW, "-g", "-r", "/fw/" + part, "-l", "/dev/null", "127.0.0.1", str(port)],
        }
        found = {kind: {"prov": [], "tftpd-hpa": []} for kind in clients}
        for _ in range(ROUNDS):
            for kind, client in clients.items():
                for name, (port, command) in servers.items():
                    with Started(*command):
                        found[kind][name].append(DOWNLOADS * OCTETS / downloads(client(port)) / 1e6)
    for kind in clients:
        table("tftp, MB a second, %d downloads at a time, %s (median of %d alternating rounds)" % (PARALLEL, kind, ROUNDS), found[kind])


def downloads(command):
    """Seconds that all take."""
    begun = time.perf_counter()
    running = []
    for _ in range(DOWNLOADS):
        if len(running) == PARALLEL:
            finish(running.pop(0))
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    for one in running:
        finish(one)
    return time.perf_counter() - begun


def finish(client):
    if client.wait() != 0:
        raise SystemExit("a download failed")
