"""`tests/bench/run reload`: how long one changed row among many phones takes until it is served, and what that costs those
who ask meanwhile; and the memory that many phones take."""

import os
import statistics
import threading
import time
import urllib.error
import urllib.request

from .process import Serving, megabytes

ROUNDS = 15
# Also how long files are let come to rest.
SETTLE = 60


def name_of(mac):
    with urllib.request.urlopen("http://127.0.0.1:6080/phones/%s.cfg" % mac) as answer:
        import gzip

        return gzip.decompress(answer.read()).decode().split("<Display_Name_1_>")[1].split("<")[0]


class Asking(threading.Thread):
    """Asks for one file after the other until told to stop; counts what failed and the longest wait."""

    def __init__(self, mac):
        super().__init__(daemon=True)
        self.mac, self.over, self.asked, self.failed, self.longest = mac, False, 0, 0, 0.0

    def run(self):
        while not self.over:
            begun = time.perf_counter()
            try:
                name_of(self.mac)
            except (urllib.error.URLError, OSError, IndexError):
                self.failed += 1
            self.asked += 1
            self.longest = max(self.longest, time.perf_counter() - begun)


def change(folder, row, name):
    """One cell of one row, and the file another in one step."""
    path = folder / "desks.csv"
    lines = path.read_text().split("\n")
    mac, model, extension, _ = lines[row].split(",")
    lines[row] = ",".join((mac, model, extension, name))
    (folder / "desks.next").write_text("\n".join(lines))
    os.replace(folder / "desks.next", path)
    return mac.replace(":", "")


def reload(prov, folder, macs):
    print("reload of one changed row among %d phones (median of %d)" % (len(macs), ROUNDS))
    with Serving(prov, folder, "--state", "memory") as serving:
        asking = Asking(macs[0])
        asking.start()
        taken, seen = [], []
        for number in range(ROUNDS):
            row = 2 + (number * 977) % (len(macs) - 2)
            name = "Changed %d" % number
            before = serving.figures()
            begun = time.perf_counter()
            mac = change(folder, row, name)
            written = time.perf_counter()
            while name_of(mac) != name:
                time.sleep(0.001)
            seen.append(1000 * (time.perf_counter() - written))
            after = serving.figures()
            taken.append(1000 * (after["prov_reload_duration_seconds_sum"] - before["prov_reload_duration_seconds_sum"]))
        asking.over = True
        asking.join()
        print("  from change seen to live             %8.1f ms" % statistics.median(taken))
        print("  from file written to served          %8.1f ms (of these %d ms in which files come to rest)" % (statistics.median(seen), SETTLE))
        print("  requests meanwhile                   %8d, of them failed %d, the longest %.1f ms" % (asking.asked, asking.failed, 1000 * asking.longest))
        now, most = serving.memory()
        print("  resident                             %8.0f MB, at most %.0f MB" % (megabytes(now), megabytes(most)))


def memory(prov, folder, macs):
    with Serving(prov, folder, "--state", "memory") as serving:
        started, _ = serving.memory()
        for mac in macs[:: max(1, len(macs) // 1000)]:
            name_of(mac)
        serving.reload()
        now, most = serving.memory()
        print("memory of %d phones: %.0f MB when ready, %.0f MB after a reload, at most %.0f MB" % (len(macs), megabytes(started), megabytes(now), megabytes(most)))
