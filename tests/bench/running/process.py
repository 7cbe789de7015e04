"""A `prov serve` to be measured: started, asked for its figures, looked at from outside."""

import json
import os
import signal
import subprocess
import time
import urllib.request

DASHBOARD = 6081


class Serving:
    """The program of a folder on loopback and its own ports, until the block ends."""

    def __init__(self, prov, folder, *arguments):
        self.command = [prov, "serve", "-q", *arguments, folder]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "ready" in line:
                break
        else:
            raise SystemExit("prov serve did not start")
        # What it says from here on is read, so that it never waits for us.
        self.reader = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.reader.wait()

    def memory(self):
        """Resident octets, and the most there ever were."""
        with open("/proc/%d/status" % self.process.pid) as status:
            found = {line.split(":")[0]: line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM"))}
        return int(found["VmRSS"]) * 1024, int(found["VmHWM"]) * 1024

    def files(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def threads(self):
        return len(os.listdir("/proc/%d/task" % self.process.pid))

    def figures(self):
        """Every sample of /metrics by name and labels."""
        samples = {}
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % DASHBOARD) as page:
            for line in page.read().decode().splitlines():
                if not line.startswith("#"):
                    name, value = line.rsplit(" ", 1)
                    samples[name] = float(value)
        return samples

    def reload(self):
        """Reads the program again; what came of it."""
        request = urllib.request.Request("http://127.0.0.1:%d/api/reload" % DASHBOARD, method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def megabytes(octets):
    return octets / 1e6
