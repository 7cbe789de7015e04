"""`tests/bench/run pair`: two files a phone, one plain, one compressed and sealed, beside a Jinja2 script that writes both plain."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from fleet import bench, peers

PHONES = 100_000
FILES = (peers.FILES[0], peers.FILES[2])
# What the build is to be faster than the script by.
WANTED = 20


def program(plain):
    """The fleet of this folder without its second partition; the last one compressed and sealed, or neither."""
    text = (bench.HERE / "main.prov").read_text()
    start, end = text.index("profile account {"), text.index("profile sealed {")
    text = text[:start] + text[end:]
    text = text.replace("profiles  site, account, sealed", "profiles  site, sealed")
    if plain:
        return "".join(line for line in text.splitlines(True) if "fleet_key" not in line)
    return text.replace("  seal aes256cbc", "  gzip\n  seal aes256cbc")


def project(folder, plain=False):
    folder.mkdir()
    (folder / "main.prov").write_text(program(plain))
    return folder


def templates(folder):
    """The templates as people write them, of the two files: the first names the second where the second partition was."""
    shutil.copytree(bench.HERE / "written", folder)
    site = folder / "site.j2"
    lines = [line for line in site.read_text().splitlines(True) if "Profile_Rule_B" not in line]
    site.write_text("".join(lines).replace("Profile_Rule_C", "Profile_Rule_B"))
    return folder


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def pair(prov, python, *sizes):
    os.environ["FLEET_KEY"] = "a key for the benchmark"
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    for phones in sizes or (PHONES,):
        with tempfile.TemporaryDirectory(dir=memory) as temporary:
            one_size(prov, python, Path(temporary), phones)


def one_size(prov, python, folder, phones):
    rounds = bench.ROUNDS if phones <= 10_000 else 3
    sealed, plain = project(folder / "sealed"), project(folder / "plain", plain=True)
    bench.inventory(phones, sealed / "phones.csv")
    (plain / "phones.csv").hardlink_to(sealed / "phones.csv")
    out, theirs = folder / "out", folder / "theirs"

    def clean():
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(theirs, ignore_errors=True)

    script = (python, bench.HERE / "peers.py", templates(folder / "templates"), plain / "phones.csv", theirs, *FILES)
    check, of_check = bench.median(rounds, (prov, "check", "-q", sealed))
    build, of_build = bench.median(rounds, (prov, "build", "-q", "-o", out, sealed), clean)
    octets = size(out)
    least = bench.floor(folder, rounds, out)
    archive = folder / "out.tar"
    packed, of_packed = bench.median(rounds, (prov, "build", "-q", "-o", archive, sealed), clean)
    archive.unlink()
    write, _ = bench.median(rounds, script, clean)
    clean()
    bench.measured(prov, "build", "-q", "-o", out, plain)
    bench.measured(*script)
    compared = bench.same(out / "files/prov", theirs)
    if compared != 2 * phones:
        sys.exit("%d files compared" % compared)
    clean()
    print("%d phones, 2 files each: one plain, one gzip and sealed (ratios of medians of this run)" % phones)
    print("  prov check                      %8.3f s  %6.0f MB" % (check, of_check))
    print("  prov build                      %8.3f s  %6.0f MB  %6.1f µs a phone, %.0f MB/s" % (build, of_build, build / phones * 1e6, octets / build / 1e6))
    print("  prov build -o out.tar           %8.3f s  %6.0f MB" % (packed, of_packed))
    print("  the files of it written, no more %7.3f s              build is %.1f × that" % (least, build / least))
    print("  Jinja2, both files plain        %8.3f s              %.1f × build, %.1f × its archive (wanted: %d)" % (write, write / build, write / packed, WANTED))
    print("  compared to the byte, both plain: %d files" % compared)
