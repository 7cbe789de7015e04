#!/usr/bin/env python3
"""Wrote `cisco/mpp.prov` once, from the tables of facts in `tables/`.

From then on `cisco/mpp.prov` is the source: it is edited by hand, and this script
refuses to overwrite an existing file unless told `--force`.

    generate.py [TABLES] [--out FILE] [--force]   write the module
    generate.py [TABLES] [--out FILE] --check     compare the module with the tables

`--check` reads the module back with a small reader of its own and reports every row
that it lost, doubled or changed: names, indexes, elements, types that do not fit their
default, defaults as they go on the wire, and the plain attributes.
"""

import argparse
import re
import sys
from itertools import product
from pathlib import Path

HERE = Path(__file__).resolve().parent
WIDTH = 100
PARAMETER_COLUMNS = (
    "name index_min index_max section type values default ua_default secret "
    "families since source note"
).split()

# ---------------------------------------------------------------- judgement

# Rows whose meaning the table's type column does not carry.
UNIT_OVERRIDES = {"Resync_Random_Delay": "20s"}
EXTRA_DOCS = {
    "Resync_Random_Delay": "one on the wire is 20 seconds; some texts say 1 second (PB 8.3, C-08)"
}
SECTION_SPELLINGS = {"configuration file only": "(configuration file only)"}
UNITS_IN_NOTES = {"milliseconds": "1ms", "seconds": "1s", "minutes": "1m"}

PLAIN_TYPES = {
    "bool": "bool",
    "string": "string",
    "userid": "user_id",
    "tone": "tone_script",
    "cadence": "cadence_script",
    "dialplan": "dial_plan",
    "rule": "rule",
    "trigger": "trigger",
    "secret": "secret",
    "host": "host",
    "url": "url",
    "ip": "ip",
    "schedule": "schedule",
    "time_hhmm": "time",
}
# Types that the notes or the names of rows say, and the type column does not.
TYPES_BY_NAME = {
    "Restricted_Access_Domains": "domain_list",
    "Try_Backup_RSC": "response_template",
    "Retry_Reg_RSC": "response_template",
    "DHCP_Option_To_Use": "option_list",
    "DHCPv6_Option_To_Use": "option6_list",
    "Upgrade_Rule": "upgrade_rule",
    "Report_Rule": "report_rule",
    # A URL alone (RS 1).
    "Trans_Auth_Rule": "url_rule",
    "Custom_CA_Rule": "url_rule",
    "MIC_Cert_Refresh_Rule": "url_rule",
    "Downgrade_Rev_Limit": "version",
    "Daylight_Saving_Time_Rule": "daylight_rule",
    "Customizable_PLK_Options": "key_list",
    # Accounts of SIP and of other services: `user@realm` is one (RFC 4282), DT 12 speaks of URLs.
    **dict.fromkeys(
        "Wi-Fi_User_ID_{n}_ VPN_User_Name Proxy_Username Login_User_ID Login_User_ID_{n}_ "
        "SIP_Auth_ID Auth_ID_{n}_ XMPP_User_ID XML_User_Name LDAP_Username Directory_User_ID "
        "ACS_Username Connection_Request_Username BACKUP_ACS_User".split(),
        "login",
    ),
    # A word or a user's address, not a URL of RS 7.
    "Conference_Bridge_URL_{n}_": "string",
}
TYPES_BY_NOTE = {"LED pattern": "led_pattern", "function string": "function"}
NUMBER_TYPES = {"uint": "int", "float": "decimal", "port": "port"}

# ---------------------------------------------------------------- fixed text

HEADER = """\
// The Cisco MPP platform (6800, 7800 and 8800 series, multiplatform firmware): discovery,
// models, macro variables, and every parameter with its type, default and place in the
// phone's web page.
//
// This module is read on demand, declaration by declaration: each top-level declaration
// starts in column 1, and the next top-level declaration or comment ends it.
//
// - A parameter without `=` has an unknown default; `= ""` is known to be empty.
// - In a default, "{n}" is the parameter's own index: line key 3 belongs to extension "3".
// - `[lo..hi]` in a name is where the index stands. The element is the name with `_n_` for
//   an index at the end and `_n` for one inside; `element` states any other spelling.
// - Bounds in a type count in what is on the wire; `unit` is what one of them is worth.
// - `basis` marks a default that no table documents: seen in the vendor's sample profiles
//   ("sample") or in the report of a phone ("phone-report").

/// How a factory-fresh phone looks for its first profile (PB 2.1, 5, 7).
discovery {
  dhcp_options 66, 160, 159, 150, 60, 43, 125
  dhcp6_options 17, 160, 159
  profile r"/$PSN.xml"
  tail r"/Cisco/$PN/$MA.cfg"
  also r"/Cisco/$MA.cfg", r"/$PN.cfg", r"/Cisco/$PN/$MA.xml"
}
"""

MACRO_SCOPES = """\
// Macro variables
//
// Scope: `rule` in rules, triggers and log messages; `log` only once a URL is parsed, so in
// log messages; `credential` only inside --key, --uid and --pwd; `service` only in XML
// service URLs. `$$` is one dollar sign, in every scope.
// Kind: what a condition compares it with; a duration is in seconds. `values`: all it can be. `open`: it may hold any
// sign, quotes included, since somebody else writes it.
"""

# RS 3 and 4: what is not a text. What is legacy and compared with nothing has no kind.
MACRO_KINDS = {
    **dict.fromkeys(["MA", "MAU", "MAC"], "mac"),
    **dict.fromkeys(["IP", "EXTIP", "SERVIP"], "ip"),
    **dict.fromkeys(["SWVER", "HWVER"], "version"),
    **dict.fromkeys(["PRVST", "UPGST", "ISCUST", "PORT"], "int"),
    **dict.fromkeys(["PRVTMR", "UPGTMR", "REGTMR1", "REGTMR2"], "duration"),
    "UPGCOND": None,
}
MACRO_VALUES = {
    "CCERT": "Installed|Not Installed",
    "PRVST": "-1|0|1|2",
    "UPGST": "1|2",
    "ISCUST": "0|1",
    "ORIGTYPE": "orig_ent|orig_mpp|none",
    "AUTHSTATUS": "classic|wxc|none",
}
OPEN_MACROS = {"MUID", "MPWD", "DISPLAYNAME", "INCOMINGNAME"}


def macro_table():
    """(name, scope, example, doc) of every macro variable, from RS 3."""
    registers = [
        (letter, "rule", "", f"The general purpose register GPP_{letter}.")
        for letter in "ABCDEFGHIJKLMNOP"
    ]
    secrets = [
        (f"S{letter}", "credential", "", f"The secret register GPP_S{letter}.")
        for letter in "ABCD"
    ]
    timers = [
        (f"REGTMR{n}", "rule", "0", f"Seconds since line {n} lost registration; 0 if it has it.")
        for n in (1, 2)
    ]
    return [
        *registers,
        *secrets,
        ("MA", "rule", "000e08aabbcc", "The hardware address, lower case, no separators."),
        ("MAU", "rule", "000E08AABBCC", "The hardware address, upper case, no separators."),
        ("MAC", "rule", "00:0e:08:aa:bb:cc", "The hardware address, lower case, with colons."),
        ("PN", "rule", "CP-8841-3PCC", "The product name."),
        ("PSN", "rule", "8851-3PCC", "The product series; guides disagree on its spelling."),
        ("SN", "rule", "88012BA01234", "The serial number."),
        ("CCERT", "rule", "Installed", "The client certificate: Installed or Not Installed."),
        ("IP", "rule", "192.168.1.100", "The phone's own local address."),
        ("EXTIP", "rule", "66.43.16.52", "The phone's external address; may be empty."),
        ("SWVER", "rule", "sip88xx.11-3-1MPP-678", "The firmware version; a string when quoted."),
        ("HWVER", "rule", "2.0.1", "The hardware version."),
        ("PRVST", "rule", "0", "Why it resyncs: -1 asked for, 0 power-up, 1 period, 2 retry."),
        ("UPGST", "rule", "1", "The upgrade attempt: 1 first, 2 retry after a failure."),
        ("UPGERR", "rule", "http_get failed", "The result ($ERR) of the upgrade attempt before."),
        ("PRVTMR", "rule", "600", "Seconds since the last resync attempt; undocumented at boot."),
        ("UPGTMR", "rule", "300", "Seconds since the last upgrade attempt."),
        *timers,
        ("UPGCOND", "rule", "", "Legacy of the SPA phones; always true there."),
        ("SCHEME", "log", "tftp", "The scheme of the target; case differs between documents."),
        ("METH", "log", "tftp", "Deprecated other name of SCHEME."),
        ("SERV", "log", "", "The host name of the target."),
        ("SERVIP", "log", "192.168.1.200", "The address of the target, after DNS."),
        ("PORT", "log", "69", "The port of the target."),
        ("PATH", "log", "/basic.txt", "The path of the target, with its leading slash."),
        ("ERR", "log", "", "The result of the attempt, as free text."),
        ("UID[1..16]", "rule", "", "The user id of line n."),
        ("ISCUST", "rule", "1", "1 when the phone is customized, else 0."),
        ("EMS", "rule", "", "The state of extension mobility."),
        ("MUID", "rule", "", "The user id of extension mobility."),
        ("MPWD", "rule", "", "The password of extension mobility."),
        ("ORIGTYPE", "rule", "orig_mpp", "orig_ent, orig_mpp or none; documented for ATA only."),
        ("AUTHSTATUS", "rule", "classic", "classic, wxc or none; documented for ATA only."),
        ("DISPLAYNAME[1..16]", "service", "", "The display name of line n."),
        ("AUTHID[1..16]", "service", "", "The authentication id of line n."),
        ("PROXY[1..16]", "service", "", "The proxy of line n."),
        ("SERIAL_NUMBER", "service", "", "The serial number."),
        ("INCOMINGNAME", "service", "", "Name of the first connected, ringing or inbound call."),
        ("REMOTENUMBER", "service", "", "Number of the first connected, ringing or inbound call."),
    ]


# ---------------------------------------------------------------- tables


def read_table(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            sys.exit(f"{path.name}:{number}: {len(cells)} cells, {len(columns)} columns")
        row = dict(zip(columns, cells))
        if next(iter(row.values())):
            rows.append(row)
    return rows


def read_tables(folder):
    parameters = read_table(folder / "parameters.tsv")
    missing = [c for c in PARAMETER_COLUMNS if c not in parameters[0]]
    if missing:
        sys.exit(f"parameters.tsv lacks the columns {missing}")
    return parameters, read_table(folder / "models.tsv")


# ---------------------------------------------------------------- names


def ranges_of(row):
    lows, highs = row["index_min"].split(","), row["index_max"].split(",")
    return [(int(a), int(b)) for a, b in zip(lows, highs) if a]


def declared_name(row):
    """`Unit_{n}_Key_{m}_` with its bounds becomes `Unit[1..3]_Key[1..28]`."""
    ranges = iter(ranges_of(row))

    def index(_match):
        low, high = next(ranges)
        return f"[{low}..{high}]"

    return re.sub(r"_?\{[nm]\}(?:_$)?", index, row["name"])


def default_element(name):
    """The element name that a declared name stands for when no attribute says otherwise."""
    letters = iter("nm")
    spelled = re.sub(r"\[[^]]*\]$", lambda _m: "[]_", name)
    return re.sub(r"\[[^]]*\]", lambda _m: "_{" + next(letters) + "}", spelled)


def expanded(element, ranges):
    letters = "nm"[: len(ranges)]
    for values in product(*(range(a, b + 1) for a, b in ranges)):
        spelled = element
        for letter, value in zip(letters, values):
            spelled = spelled.replace("{" + letter + "}", str(value))
        yield spelled


# ---------------------------------------------------------------- literals


def ascii_only(text):
    return text.replace("\u2026", "...")


def string(text):
    text = ascii_only(text)
    if re.search(r"[{\\]", text) and '"' not in text:
        return f'r"{text}"'
    return '"' + re.sub(r'(["\\{])', r"\\\1", text) + '"'


UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def duration_ms(literal):
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d)", literal)
    if not found:
        raise ValueError(f"{literal} is no duration")
    return int(found[1]) * UNIT_MS[found[2]]


def duration(ms):
    if ms == 0:
        return "0s"
    unit = next(u for u in ("d", "h", "m", "s", "ms") if ms % UNIT_MS[u] == 0)
    return f"{ms // UNIT_MS[unit]}{unit}"


def delay(text, unit):
    parts = [duration(int(p) * duration_ms(unit)) for p in text.split("+")]
    return " jitter ".join(parts)


# ---------------------------------------------------------------- parameters


def unit_of(row):
    if row["name"] in UNIT_OVERRIDES:
        return UNIT_OVERRIDES[row["name"]]
    named = UNITS_IN_NOTES.get(re.split(r"[;:, ]", row["note"])[0])
    if row["type"] == "schedule":
        return "1s"
    if row["type"] == "duration_s":
        return named or "1s"
    return named if row["type"] == "uint" else None


def bounds(values):
    return "(" + " | ".join(values.split("|")) + ")" if values else ""


def is_star_code(row):
    in_codes = re.search(r"Activation Codes|Codec Selection Codes", row["section"])
    named = row["name"].endswith("_Code") and row["default"][:1] in ("*", "#")
    return bool(in_codes or named)


def type_of(row):
    kind, values = row["type"], row["values"]
    if row["secret"] == "yes":
        return "secret"
    if row["name"] in TYPES_BY_NAME:
        return TYPES_BY_NAME[row["name"]]
    if row["name"].endswith("_Key_List"):
        return "key_list"
    if kind == "other" and row["note"].split(":")[0] in TYPES_BY_NOTE:
        return TYPES_BY_NOTE[row["note"].split(":")[0]]
    if unit_of(row) and kind != "schedule":
        return "duration" + bounds(values)
    if kind in PLAIN_TYPES:
        return PLAIN_TYPES[kind]
    if kind in NUMBER_TYPES:
        return NUMBER_TYPES[kind] + bounds(values)
    if kind == "enum":
        return " | ".join(string(v) for v in values.split("|"))
    if kind == "list":
        members = " | ".join(string(v) for v in values.split("|"))
        return f"list({members})" if values else "list"
    if kind == "phone":
        return "star_code" if is_star_code(row) else "phone_number"
    if kind == "other":
        return {"00:00..24:00": "clock", "0x00..0xff": "uns8"}.get(values, "string")
    sys.exit(f"{row['name']}: unknown type {kind}")


def default_of(row):
    """The default as a literal, or None when it is unknown."""
    text, written = row["default"], type_of(row)
    kind = written.split("(")[0]
    if text == "":
        return None
    if text == '""':
        return '""'
    if re.fullmatch(r"\{[nm]\}", text):
        return f'"{text}"'
    if kind == "bool":
        return {"Yes": "yes", "No": "no"}[text]
    if kind in ("int", "port") and text.isdigit():
        return text
    if kind == "decimal":
        return "0" + text if text.startswith(".") else text
    if kind == "duration":
        return delay(text, unit_of(row))
    if kind == "schedule":
        return ", ".join(delay(part, "1s") for part in text.split(","))
    if kind == "clock":
        return text
    return string(text)


BASIS = re.compile(r"(?:^|; )default=(sample|phone-report)(?: \([^)]*\))?(?=;|$)")


def basis_and_doc(row):
    found = BASIS.search(row["note"])
    doc = BASIS.sub("", row["note"]).removeprefix("; ")
    extra = EXTRA_DOCS.get(row["name"])
    return found and found[1], "; ".join(filter(None, [extra, ascii_only(doc)]))


def section_of(row):
    return SECTION_SPELLINGS.get(row["section"], row["section"])


def filled(pieces, indent):
    """Lays pieces out on lines that end where a statement may go on."""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= WIDTH:
            lines[-1] += " " + piece
        else:
            lines.append(" " * indent + piece)
    return lines


def header_lines(row):
    default = default_of(row)
    line = f"parameter {declared_name(row)} : {type_of(row)}"
    line += f" = {default}" if default is not None else ""
    if len(line) <= WIDTH:
        return [line]
    if row["type"] == "schedule":
        return filled(re.split(r"(?<=,) ", line), 4)
    if row["type"] in ("enum", "list") and row["values"]:
        return filled(re.split(r"(?<=\|) ", line), 4)
    return [line]


def attributes_of(row):
    name = declared_name(row)
    basis, _doc = basis_and_doc(row)
    families = "" if row["families"] == "all" else row["families"]
    element = row["name"] if default_element(name) != row["name"] else ""
    pairs = [
        ("user", row["ua_default"]),
        ("section", string(section_of(row))),
        ("unit", unit_of(row)),
        ("families", ", ".join(f'"{f}"' for f in families.split(",")) if families else ""),
        ("since", string(row["since"]) if row["since"] else ""),
        ("element", f'r"{element}"' if element else ""),
        ("basis", f'"{basis}"' if basis else ""),
        ("source", string(row["source"]) if row["source"] else ""),
    ]
    return [f"{key} {value}" for key, value in pairs if value]


def packed(settings, most=9):
    """Settings, two blanks apart, on as few indented lines as hold them; the last may be long."""
    lines = []
    for text in settings:
        if lines and (len(lines) == most or len(lines[-1]) + 2 + len(text) <= WIDTH):
            lines[-1] += "  " + text
        else:
            lines.append("  " + text)
    return lines


def parameter(row):
    _basis, doc = basis_and_doc(row)
    lines = [f"/// {doc}"] if doc else []
    return "\n".join(lines + header_lines(row) + packed(attributes_of(row), most=2))


# ---------------------------------------------------------------- models, macros

MODEL_LINES = [
    [("series", "series_name"), ("family", "family"), ("load", "load_prefix")],
    [(k, k) for k in ("lines", "lines_max", "line_keys", "kem_count", "kem_keys")],
    [(k, k) for k in ("display", "wifi", "bluetooth", "usb", "video", "poe")],
    [
        ("first_firmware", "first_firmware"),
        ("last_firmware", "last_firmware_documented"),
        ("hw_floor", "hw_floor"),
    ],
    [("note", "note"), ("source", "source")],
]
COUNTS = {"lines", "lines_max", "line_keys", "kem_count", "kem_keys", "usb"}


def setting(key, cell):
    bare = cell in ("yes", "no") or (key in COUNTS and cell.isdigit())
    return f"{key} {cell if bare else string(cell)}"


def model(row):
    lines = [f"model {string(row['model'])} {{"]
    for group in MODEL_LINES:
        settings = [setting(key, row[column]) for key, column in group if row[column]]
        lines += packed(settings) if settings else []
    return "\n".join([*lines, "}"])


def macro(name, scope, example, doc):
    stem = name.split("[")[0]
    kind = MACRO_KINDS.get(stem, "text")
    shown = f"  kind {kind}" if kind else ""
    shown += f"  values {string(MACRO_VALUES[stem])}" if stem in MACRO_VALUES else ""
    shown += "  open yes" if stem in OPEN_MACROS else ""
    shown += f"  example {string(example)}" if example else ""
    return f"/// {doc}\nmacro {name} {{ scope {scope}{shown} }}"


# ---------------------------------------------------------------- the module


def module(parameters, models):
    parts = [HEADER, "// Models\n"]
    parts += [model(row) + "\n" for row in models]
    parts += [MACRO_SCOPES]
    parts += [macro(*entry) + "\n" for entry in macro_table()]
    sections = dict.fromkeys(section_of(row) for row in parameters)
    for section in sections:
        parts.append(f"// {section}\n")
        parts += [parameter(row) + "\n" for row in parameters if section_of(row) == section]
    return "\n".join(parts)


# ---------------------------------------------------------------- the check

TOKEN = re.compile(r'r"[^"]*"|"(?:\\.|[^"\\])*"|[()|,=:]|[^\s()|,="]+')
ATTRIBUTES = ("user", "section", "unit", "families", "since", "element", "basis", "source")


def declarations(text):
    """(keyword, body) of every top-level declaration, as the module's header describes it."""
    blocks = []
    for line in text.splitlines():
        if re.match(r"[a-z]", line):
            blocks.append(line)
        elif blocks and line.startswith((" ", "}")):
            blocks[-1] += "\n" + line
        elif line and not line.startswith("//"):
            sys.exit(f"stray line: {line}")
    return [(block.split()[0], block) for block in blocks]


def unquoted(token):
    if token.startswith('r"'):
        return token[2:-1]
    if token.startswith('"'):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def read_parameter(body):
    """One declaration, taken apart: name, type and default tokens, attributes."""
    tokens = TOKEN.findall(body)
    assert tokens[0] == "parameter" and tokens[2] == ":", body
    found = {"name": tokens[1], "type": [], "default": None}
    part = found["type"]
    for token in tokens[3:]:
        if token == "=":
            part = found["default"] = []
        elif token in ATTRIBUTES:
            part = found[token] = []
        else:
            part.append(token)
    return found


def wire_default(found):
    """The default as the table writes it."""
    if found["default"] is None:
        return ""
    literal, kind = found["default"], found["type"][0]
    if literal == ['""']:
        return '""'
    if kind == "bool":
        return {"yes": "Yes", "no": "No"}[literal[0]]
    if kind in ("duration", "schedule"):
        unit = duration_ms(found["unit"][0])
        for token in literal:
            if token not in (",", "jitter") and duration_ms(token) % unit:
                raise ValueError(f"{token} is no multiple of its unit")
        joined = {",": ",", "jitter": "+"}
        return "".join(joined.get(t) or str(duration_ms(t) // unit) for t in literal)
    return unquoted(literal[0])


def number(text):
    return int(text, 16) if text.startswith("0x") else float(text)


def fits(found, wire, ranges):
    """Whether the default lies in its own type (empty always does)."""
    kind, rest = found["type"][0], [t for t in found["type"][1:] if t not in "()|"]
    if wire in ("", '""'):
        return True
    if kind.startswith(('"', 'r"')):
        allowed = [unquoted(t) for t in found["type"] if t != "|"]
        return all(value in allowed for value in expanded(wire, ranges))
    if kind == "list" and rest:
        return all(value in map(unquoted, rest) for value in wire.split("|"))
    if kind in ("int", "decimal", "port", "duration"):
        if kind == "port" and not 0 <= number(wire) <= 65535:
            return False
        spans = [tuple(map(number, r.split(".."))) for r in rest]
        return not spans or any(low <= number(wire) <= high for low, high in spans)
    if kind == "uns8":
        return 0 <= number(wire) <= 255
    return kind != "star_code" or len(wire) <= 7


def check_parameter(found, row):
    name, element = found["name"], unquoted(found.get("element", [""])[0])
    if (element or default_element(name)) != row["name"]:
        yield f"element `{element or default_element(name)}`"
    if element and element == default_element(name):
        yield "needless `element`"
    if [tuple(map(int, r)) for r in re.findall(r"\[(\d+)\.\.(\d+)\]", name)] != ranges_of(row):
        yield "index bounds"
    wire = wire_default(found)
    decimal = row["type"] == "float" and row["default"] and number(wire) == number(row["default"])
    if wire != row["default"] and not decimal:
        yield f"default `{wire}` for `{row['default']}`"
    if not fits(found, wire, ranges_of(row)):
        yield f"default `{wire}` outside its type"
    if " ".join(found["type"]) != " ".join(TOKEN.findall(type_of(row))):
        yield f"type {' '.join(found['type'])}"
    basis = basis_and_doc(row)[0] or ""
    expected = {
        "user": row["ua_default"],
        "section": section_of(row),
        "families": "" if row["families"] == "all" else row["families"],
        "since": row["since"],
        "basis": basis,
        "source": ascii_only(row["source"]),
        "unit": unit_of(row) or "",
    }
    for key, value in expected.items():
        written = "".join(unquoted(t) for t in found.get(key, []))
        if written != value:
            yield f"{key} `{written}` for `{value}`"


def check_model(body, row):
    tokens = TOKEN.findall(body)
    written = dict(zip(tokens[3:-1:2], map(unquoted, tokens[4:-1:2])))
    columns = {key: row[column] for group in MODEL_LINES for key, column in group}
    if written != {key: cell for key, cell in columns.items() if cell}:
        yield "settings differ"


def check(text, parameters, models):
    lines = enumerate(text.splitlines(), 1)
    problems = [f"line {n}: not ASCII" for n, line in lines if not line.isascii()]
    blocks = declarations(text)
    found = [read_parameter(body) for keyword, body in blocks if keyword == "parameter"]
    shapes = [re.sub(r"\[[^]]*\]", "[]", f["name"]) for f in found]
    problems += [f"{s}: declared twice" for s in sorted({s for s in shapes if shapes.count(s) > 1})]
    by_name = {f["name"]: f for f in found}
    elements = {}
    for row in parameters:
        declared = by_name.pop(declared_name(row), None)
        if declared is None:
            problems.append(f"{row['name']}: missing")
            continue
        try:
            problems += [f"{row['name']}: {p}" for p in check_parameter(declared, row)]
        except (KeyError, ValueError) as error:
            problems.append(f"{row['name']}: unreadable default ({error})")
        for element in expanded(row["name"], ranges_of(row)):
            if elements.setdefault(element, row["name"]) != row["name"]:
                problems.append(f"{element}: from {elements[element]} and {row['name']}")
    problems += [f"{name}: not in the table" for name in by_name]
    bodies = {unquoted(TOKEN.findall(b)[1]): b for keyword, b in blocks if keyword == "model"}
    for row in models:
        body = bodies.pop(row["model"], None)
        if body is None:
            problems.append(f"{row['model']}: missing")
        else:
            problems += [f"{row['model']}: {p}" for p in check_model(body, row)]
    problems += [f"{name}: not in the table" for name in bodies]
    keywords = [keyword for keyword, _ in blocks]
    count = {k: keywords.count(k) for k in ("parameter", "model", "macro")}
    for keyword, table in (("parameter", parameters), ("model", models)):
        if count[keyword] != len(table):
            problems.append(f"{count[keyword]} {keyword}s, {len(table)} rows")
    print(f"{count['parameter']} parameters ({len(elements)} elements), "
          f"{count['model']} models, {count['macro']} macros, {len(problems)} problems")
    return problems


# ---------------------------------------------------------------- command line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="?", type=Path, default=HERE / "tables")
    parser.add_argument("--out", type=Path, default=HERE / "cisco" / "mpp.prov")
    parser.add_argument("--force", action="store_true", help="overwrite an existing module")
    parser.add_argument("--check", action="store_true", help="only compare module and tables")
    args = parser.parse_args()
    parameters, models = read_tables(args.tables)
    if not args.check:
        if args.out.exists() and not args.force:
            sys.exit(f"{args.out} exists and is the source now; --force overwrites it")
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(module(parameters, models), encoding="ascii", newline="\n")
    problems = check(args.out.read_text(encoding="utf-8"), parameters, models)
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
