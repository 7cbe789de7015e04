"""`tests/bench/run dhcp`: four-way exchanges a second, beside Kea (memfile) and dnsmasq, each with leases on disk.

The three serve one network behind a relay, in a network namespace each run; our own load generator is the relay and its
clients, all of them new. What a server keeps is on the same disk for all: prov syncs each lease before its DHCPACK leaves,
Kea appends to its file without a sync, dnsmasq writes its file anew.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
SECONDS = 6
WINDOW = 256
SERVER, RELAY = "10.64.0.1", "10.64.0.2"
FIRST, LAST = "10.64.1.0", "10.127.255.250"

PROGRAM = """use cisco.mpp
server prov { name "prov.lab.example"  address %s  http { port 80 }  tftp { }  dhcp { } }
network voice {
  subnet 10.64.0.0/10
  pool %s .. %s
  router %s
  dns %s
  domain "lab.example"
  lease 8h
  server prov
}
profile common { fetch http "/common/$PSN.xml"  Time_Zone = "GMT+01:00" }
fleet desks {
  server prov
  network voice
  profiles common
  bootstrap dhcp 66
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
}
""" % (SERVER, FIRST, LAST, RELAY, SERVER)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


class Cable:
    """Two namespaces with a cable between them."""

    def __enter__(self):
        self.rack, self.desk = ("prov-bench-%s-%d" % (role, os.getpid()) for role in ("rack", "desk"))
        for name in (self.rack, self.desk):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "rack", "netns", self.rack, "type", "veth", "peer", "name", "desk", "netns", self.desk)
        for name, end, address in ((self.rack, "rack", SERVER), (self.desk, "desk", RELAY)):
            ip("-n", name, "addr", "add", address + "/10", "dev", end)
            ip("-n", name, "link", "set", end, "up")
        return self

    def __exit__(self, *_):
        for name in (self.rack, self.desk):
            subprocess.run(["ip", "netns", "del", name])


def prov(binary, folder):
    (folder / "main.prov").write_text(PROGRAM)
    return [str(binary), "serve", str(folder), "-q", "--state", "file:%s" % (folder / "state")]


def kea(folder):
    config = {
        "Dhcp4": {
            "interfaces-config": {"interfaces": ["rack"], "dhcp-socket-type": "udp", "re-detect": False},
            "lease-database": {"type": "memfile", "persist": True, "name": str(folder / "kea.csv"), "lfc-interval": 0},
            "multi-threading": {"enable-multi-threading": True},
            "valid-lifetime": 28800,
            "loggers": [{"name": "kea-dhcp4", "severity": "ERROR", "output_options": [{"output": "stderr"}]}],
            "subnet4": [
                {
                    "id": 1,
                    "subnet": "10.64.0.0/10",
                    "pools": [{"pool": "%s - %s" % (FIRST, LAST)}],
                    "option-data": [
                        {"name": "routers", "data": RELAY},
                        {"name": "domain-name-servers", "data": SERVER},
                        {"name": "domain-name", "data": "lab.example"},
                    ],
                }
            ],
        }
    }
    (folder / "kea.json").write_text(json.dumps(config))
    return ["env", "KEA_PIDFILE_DIR=%s" % folder, "KEA_LOCKFILE_DIR=none", "kea-dhcp4", "-c", str(folder / "kea.json")]


def dnsmasq(folder):
    return [
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--no-ping", "--quiet-dhcp",
        "--user=root", "--log-facility=-", "--dhcp-lease-max=10000000", "--dhcp-authoritative",
        "--dhcp-range=%s,%s,255.192.0.0,8h" % (FIRST, LAST), "--dhcp-leasefile=%s" % (folder / "dnsmasq.leases"),
        "--dhcp-option=option:router,%s" % RELAY, "--dhcp-option=option:dns-server,%s" % SERVER, "--domain=lab.example",
    ]


def measure(command, load, number):
    """One run of one server, with nothing known before it."""
    with Cable() as cable:
        serve = subprocess.Popen(["ip", "netns", "exec", cable.rack, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # Each takes its time to open port 67.
            for _ in range(200):
                shown = subprocess.run(["ip", "netns", "exec", cable.rack, "ss", "-Hlun", "sport", "=", ":67"], capture_output=True, text=True)
                if shown.stdout.strip():
                    break
                if serve.poll() is not None:
                    sys.exit("%s ended: %s" % (command[0], serve.stderr.read().decode()))
                time.sleep(0.05)
            asked = [str(load), SERVER, RELAY, str(SECONDS), str(WINDOW), str(number * 4_000_000)]
            said = subprocess.run(["ip", "netns", "exec", cable.desk, *asked], check=True, capture_output=True, text=True).stdout
            return {name: float(value) for name, value in (line.split() for line in said.splitlines())}
        finally:
            serve.terminate()
            serve.wait()


def generator(root):
    """The load generator, built if it is not."""
    command = ["cargo", "bench", "--quiet", "--bench", "dhcp", "--no-run", "--message-format=json"]
    out = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    built = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return next(one["executable"] for one in built if one.get("executable") and one["target"]["name"] == "dhcp")


def dhcp(root, binary):
    load = generator(root)
    print("dhcp, four-way exchanges a second with leases on disk (median of %d alternating rounds of %d s, %d on their way)" % (ROUNDS, SECONDS, WINDOW))
    found = {"prov": [], "kea": [], "dnsmasq": []}
    with tempfile.TemporaryDirectory(dir=root / "target") as temporary:
        for number in range(ROUNDS):
            for name, command in (("kea", kea), ("prov", lambda folder: prov(binary, folder)), ("dnsmasq", dnsmasq)):
                folder = Path(temporary) / ("%s-%d" % (name, number))
                folder.mkdir()
                found[name].append(measure(command(folder), load, number))
                shutil.rmtree(folder)
    ours = statistics.median(run["exchanges"] for run in found["prov"])
    for name, runs in found.items():
        rate = statistics.median(run["exchanges"] for run in runs)
        resent = statistics.median(run["resent"] for run in runs)
        ratio = "" if name == "prov" else "   prov is %.1f times that" % (ours / rate if rate else float("inf"))
        print("  %-8s %9.0f   %5.0f sent again%s" % (name, rate, resent, ratio))
