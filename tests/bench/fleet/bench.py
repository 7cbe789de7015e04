"""`tests/bench/run fleet`: time and memory of check by the number of phones, and the same files by Jinja2 and jsonnet."""

import filecmp
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fleet import peers

HERE = Path(__file__).resolve().parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Peers take so much longer that larger fleets would take hours.
JINJA, JSONNET, BUILD = 100_000, 1_000, 100_000
# The size at which one row is changed while the fleet is served.
RELOADED = 100_000
ROUNDS = 5


def inventory(phones, target):
    """Phones of two models and two roles, with signs in their names that XML must escape."""
    with open(target, "w") as file:
        file.write(",".join(peers.COLUMNS) + "\n")
        for n in range(phones):
            # 00:0e:08 is Cisco's, and holds 16 million phones.
            mac = "00:0e:08:%02x:%02x:%02x" % (n >> 16 & 255, n >> 8 & 255, n & 255)
            model, name = (("CP-8841-3PCC", "A&B"), ("CP-7841-3PCC", "C"))[n % 2]
            role = "reception" if n % 10 == 0 else "desk"
            file.write("%s,%s,%07d,Phone %d of <%s>,site-%d,%s,%d,%d\n" % (mac, model, n, n, name, n % 97, role, n % 16, 5060 + n % 4))


def project(folder, seal=True):
    folder.mkdir(parents=True, exist_ok=True)
    text = (HERE / "main.prov").read_text()
    if not seal:
        text = "".join(line for line in text.splitlines(True) if "fleet_key" not in line)
    (folder / "main.prov").write_text(text)
    return folder


def measured(*command):
    """Seconds and peak megabytes of a command."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("%s: %s" % (command[0], error.decode()))
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def median(rounds, command, before=None):
    results = []
    for _ in range(rounds):
        if before:
            before()
        results.append(measured(*command))
    return statistics.median(seconds for seconds, _ in results), max(memory for _, memory in results)


def same(ours, theirs):
    """Every file that a peer wrote is, to the byte, what prov wrote."""
    compared = 0
    for path in theirs.rglob("*"):
        if path.is_file():
            if not filecmp.cmp(path, ours / path.relative_to(theirs), shallow=False):
                sys.exit("%s differs from what prov wrote" % path)
            compared += 1
    return compared


def fleet(prov, python, *sizes):
    sizes = sizes or SIZES
    os.environ["FLEET_KEY"] = "a key for the benchmark"
    # In memory where there is such a folder: a disk would be most of what is measured of those who write files.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as temporary:
        folder = Path(temporary)
        marked = project(folder / "marked", seal=False)
        (marked / "phones.csv").write_text(peers.marked_inventory())
        measured(prov, "build", "-q", "-o", folder / "marked-out", marked)
        peers.write_templates(folder / "marked-out/files/prov", folder / "templates")
        checks, others = [], []
        for phones in sizes:
            sealed, plain = project(folder / ("%d" % phones)), project(folder / ("%d-plain" % phones), seal=False)
            rows = sealed / "phones.csv"
            inventory(phones, rows)
            (plain / "phones.csv").hardlink_to(rows)
            rounds = ROUNDS if phones <= 100_000 else 3
            check = median(rounds, (prov, "check", "-q", sealed))
            checks.append((phones, *check))
            print("%9d phones  check %8.3f s  %6.0f MB  %6.2f µs a phone" % (phones, *check, check[0] / phones * 1e6), flush=True)
            if phones == RELOADED:
                reload(prov, folder / "served", rows)
            others += beside(prov, python, folder, phones, sealed, plain, check[0])
            shutil.rmtree(sealed)
            shutil.rmtree(plain)
        per_phone = [seconds / phones for phones, seconds, _ in checks]
        print("a phone of the largest fleet costs %.2f times what one of the smallest but one does" % (per_phone[-1] / per_phone[min(1, len(per_phone) - 1)]))
        print("\nthe same files by others (3 a phone; nothing is sealed or compressed; ratios of medians of this run)")
        for line in others:
            print(line)


def reload(prov, folder, rows):
    """From a change of one row until the served program is the new one."""
    project(folder)
    main = folder / "main.prov"
    main.write_text(main.read_text().replace("address 192.168.50.10", "address 127.0.0.1"))
    shutil.copy(rows, folder / "phones.csv")
    certificate(folder / "tls")
    command = (prov, "serve", "--state", "memory", "--ports", "+20000", folder)
    serve = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        seconds, said = [], []
        for line in serve.stdout:
            said.append(line)
            if "reloaded" in line:
                seconds.append(time.perf_counter() - begun)
            elif "ready" not in line:
                continue
            if len(seconds) == 3:
                break
            text = (folder / "phones.csv").read_text()
            changed = text.replace("site-96", "site-9%d" % (len(seconds) + 7), 1)
            begun = time.perf_counter()
            (folder / "phones.csv").write_text(changed)
        if not seconds:
            sys.exit("prov serve ended: " + "".join(said))
        print("%9s         one row changed while served: new after %.3f s (60 ms of it a pause)" % ("", statistics.median(seconds)))
    finally:
        serve.terminate()
        serve.wait()


def certificate(folder):
    """What serve wants to find, though nothing is asked over https here. It is not signed by itself: phones would refuse that."""
    folder.mkdir()
    ca, own = folder / "phones-ca", folder / "prov"
    for name, subject, more in (
        (ca, "/CN=An authority", ()),
        (own, "/CN=prov.example.com", ("-addext", "subjectAltName=DNS:prov.example.com", "-addext", "basicConstraints=critical,CA:FALSE", "-CA", "%s.pem" % ca, "-CAkey", "%s.key" % ca)),
    ):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"]
            + ["-subj", subject, "-keyout", "%s.key" % name, "-out", "%s.pem" % name, *more],
            check=True,
            stderr=subprocess.DEVNULL,
        )


def floor(folder, rounds, built):
    """Seconds of a program that does nothing but write the files that prov wrote."""
    program = folder / "floor"
    if not program.exists():
        subprocess.run(["rustc", "--edition", "2024", "-O", "-o", program, HERE / "floor.rs"], check=True)
    copy, seconds = folder / "floor-out", []
    for _ in range(rounds):
        out = subprocess.run([program, built, copy], check=True, capture_output=True, text=True).stdout
        seconds.append(float(out))
        shutil.rmtree(copy)
    return statistics.median(seconds)


def beside(prov, python, folder, phones, sealed, plain, check):
    lines = []
    rows, templates = plain / "phones.csv", folder / "templates"
    script = (python, HERE / "peers.py", templates, rows)
    by_hand = (python, HERE / "peers.py", HERE / "written", rows)
    rounds = 3 if phones <= 10_000 else 1
    out, theirs = folder / "out", folder / "theirs"

    def clean():
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(theirs, ignore_errors=True)
        # jsonnet makes no folders.
        for file in peers.FILES:
            (theirs / file).parent.mkdir(parents=True)

    build = None
    if phones <= BUILD:
        build = median(rounds, (prov, "build", "-q", "-o", out, plain), clean)[0]
        least = floor(folder, rounds, out)
        with_seal = median(rounds, (prov, "build", "-q", "-o", out, sealed), clean)[0]
        lines.append("%9d phones  prov check %8.3f s   prov build %8.3f s   (a third of the files sealed: %.3f s)" % (phones, check, build, with_seal))
        archive = folder / "out.tar"
        packed = median(rounds, (prov, "build", "-q", "-o", archive, plain), clean)[0]
        lines.append("%9s  the same as one archive (-o out.tar): %.3f s" % ("", packed))
        lines.append("%9s  the files of that build written and no more: %.3f s, build is %.1f × that" % ("", least, build / least))
    if phones <= JINJA:
        render = median(rounds, script)[0]
        write = median(rounds, (*script, theirs), clean)[0]
        written = median(rounds, (*by_hand, theirs), clean)[0]
        lines.append("%9s  Jinja2   templates as people write them     writes %8.3f s = %5.1f × build, %5.1f × its archive" % ("", written, written / build, written / packed))
        lines.append("%9s  Jinja2   flattened: renders %8.3f s = %6.1f × check     writes %8.3f s = %5.1f × build, %5.1f × its archive" % ("", render, render / check, write, write / build, write / packed))
    if phones <= JSONNET:
        peers.write_json(rows, templates / "phones.json")
        writes = ("jsonnet", "-S", "-m", theirs, templates / "fleet.jsonnet")
        write = median(1, writes, clean)[0]
        lines.append("%9s  jsonnet                                    writes %8.3f s = %5.1f × build, %6.1f × check" % ("", write, write / build, write / check))
    if phones <= 1_000:
        clean()
        measured(prov, "build", "-q", "-o", out, plain)
        counts = []
        for peer in ((*script, theirs), (*by_hand, theirs), ("jsonnet", "-S", "-m", theirs, templates / "fleet.jsonnet")):
            measured(*peer)
            counts.append(same(out / "files/prov", theirs))
            shutil.rmtree(theirs)
            for file in peers.FILES:
                (theirs / file).parent.mkdir(parents=True)
        lines.append("%9s  compared to the byte: %d files of Jinja2, %d of Jinja2 by hand, %d of jsonnet" % ("", *counts))
    clean()
    return lines
