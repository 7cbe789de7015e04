"""The fleet of this folder for people without prov: the same files by Jinja2 and by jsonnet.

The templates are not written by hand: prov writes the files of two made-up phones (one of each role) whose cells are marks, and the
marks become the peers' placeholders. So what the peers render is what prov writes, to the byte, and `run` compares it. Nobody
writes templates like that, without a loop and a name that is put together: `written/` has the same files' templates as people
write them.
"""

import csv
import json
import re
import sys
from pathlib import Path

COLUMNS = ("mac", "model", "extension", "name", "site", "role", "volume", "port")
# What prov writes of the MAC address in paths is without colons; in values, with them.
MARKS = {"extension": "7654321", "name": "MARKNAME", "site": "MARKSITE", "volume": "7", "port": "34567"}
MARK_MAC = "02:00:00:00:00:0%d"
ROLES = ("desk", "reception")
FILES = ("https/site/{}.xml", "http/account/{}.xml", "http/sealed/{}.cfg")


def marked_inventory():
    """The made-up phones."""
    rows = [",".join(COLUMNS)]
    for number, role in enumerate(ROLES):
        # A number must not repeat; the last digit tells the two apart and is put back by `pieces`.
        cells = dict(MARKS, mac=MARK_MAC % number, model="CP-8841-3PCC", role=role, extension="765432%d" % number)
        rows.append(",".join(cells[column] for column in COLUMNS))
    return "\n".join(rows) + "\n"


def pieces(text, number):
    """A file of a made-up phone as (text, column, text, column, …, text)."""
    marks = dict(MARKS, mac=MARK_MAC % number, extension="765432%d" % number)
    # `7` alone is too short a mark: it counts only where it is a whole value.
    pattern = "|".join("(?P<%s>%s)" % (column, r"(?<=>)7(?=<)" if column == "volume" else re.escape(mark)) for column, mark in marks.items())
    parts, end = [], 0
    for found in re.finditer(pattern, text):
        parts += [text[end : found.start()], found.lastgroup]
        end = found.end()
    return parts + [text[end:]]


def write_templates(built, folder):
    """From what prov built of the made-up phones, without seals, to templates for both peers."""
    folder.mkdir()
    jsonnet = ["local phones = import 'phones.json';"]
    for position, file in enumerate(FILES):
        jinja, name = "", Path(file).parent.name
        for number, role in enumerate(ROLES):
            text = (built / file.format("02000000000%d" % number)).read_text()
            parts = pieces(text, number)
            body = "".join(part if at % 2 == 0 else "{{ phone.%s }}" % part for at, part in enumerate(parts))
            jinja += '{%% %s phone.role == "%s" %%}%s' % ("if" if number == 0 else "elif", role, body)
            # jsonnet ends every file with a line break of its own.
            parts[-1] = parts[-1].removesuffix("\n")
            body = " + ".join(json.dumps(part) if at % 2 == 0 else "p." + part for at, part in enumerate(parts))
            jsonnet.append("local %s_%s(p) = %s;" % (name, role, body))
        (folder / (name + ".j2")).write_text(jinja + "{% endif %}")
        jsonnet.append("local %s(p) = if p.role == 'desk' then %s_desk(p) else %s_reception(p);" % (name, name, name))
    jsonnet.append("{ %s }" % comprehension())
    (folder / "fleet.jsonnet").write_text("\n".join(jsonnet) + "\n")


def comprehension():
    """Every file by its name: jsonnet has no cheaper way to many files."""
    choose = " else ".join(
        "if at == %d then %s(p)" % (position, Path(file).parent.name) for position, file in enumerate(FILES[:-1])
    )
    names = "[%s]" % ", ".join("'%s'" % file.replace("{}", "%s") for file in FILES)
    return "[%s[at] %% p.id]: %s else %s(p) for p in phones for at in [0, 1, 2]" % (names, choose, Path(FILES[-1]).parent.name)


def write_json(phones_csv, target):
    """The inventory as jsonnet can import it. Its values are escaped here, which jsonnet itself is slow at."""
    from html import escape

    rows = []
    with open(phones_csv, newline="") as file:
        for row in csv.DictReader(file):
            row["id"] = row["mac"].replace(":", "")
            row["name"] = escape(row["name"])
            rows.append(row)
    target.write_text(json.dumps(rows))


def jinja(folder, phones_csv, out, files=FILES):
    """Renders every file of every phone; writes them if there is somewhere to."""
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
    templates = [(file, environment.get_template(Path(file).parent.name + ".j2")) for file in files]
    octets = 0
    if out:
        for file in files:
            (out / file).parent.mkdir(parents=True, exist_ok=True)
    with open(phones_csv, newline="") as rows:
        for phone in csv.DictReader(rows):
            plain = phone["mac"].replace(":", "")
            for file, template in templates:
                text = template.render(phone=phone)
                octets += len(text)
                if out:
                    (out / file.format(plain)).write_text(text)
    print(octets)


if __name__ == "__main__":
    # peers.py TEMPLATES PHONES.CSV [OUT [FILE...]]
    jinja(sys.argv[1], sys.argv[2], Path(sys.argv[3]) if len(sys.argv) > 3 else None, tuple(sys.argv[4:]) or FILES)
