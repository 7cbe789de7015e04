"""How soon an editor shows what a keystroke did: from `textDocument/didChange` to the findings of that version, and how soon it is told what a word means and
what may be written, in a project of 5,000 lines with many phones."""

import json
import statistics
import subprocess
import time
from pathlib import Path

SITES = 24
OF_A_LINE = [
    ("Proxy", "proxy"), ("SIP_Port", "5060"), ("Register", "yes"), ("Dial_Plan", '"(xx.)"'), ("Use_DNS_SRV", "yes"), ("Proxy_Fallback_Intvl", "1h"),
    ("Register_Expires", "1h"), ("Make_Call_Without_Reg", "no"), ("Line_Enable", "yes"), ("Mailbox_ID", '"100"'), ("Voice_Mail_Server", '"vm.example.com"'),
    ("SIP_Transport", '"TCP"'), ("Preferred_Codec", '"G722"'), ("Default_Ring", '"1"'), ("Short_Name", '"Line"'), ("Extension", '"1"'), ("Auth_ID", '"desk"'),
]


class Editor:
    def __init__(self, prov, folder):
        self.folder = Path(folder).resolve()
        self.server = subprocess.Popen([prov, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.number = self.version = 0
        self.ask("initialize", {"capabilities": {}, "workspaceFolders": [{"uri": self.uri(""), "name": "bench"}]})
        self.tell("initialized", {})

    def uri(self, name):
        return "file://%s/%s" % (self.folder, name)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def hear(self):
        length = 0
        while True:
            line = self.server.stdout.readline()
            if not line:
                raise SystemExit("prov lsp ended")
            if not line.strip():
                return json.loads(self.server.stdout.read(length))
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.hear()
            if message.get("id") == self.number and "method" not in message:
                return message["result"]

    def findings(self, name):
        while True:
            message = self.hear()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == self.uri(name) and params.get("version") == self.version:
                    return params["diagnostics"]

    def open(self, name, text):
        self.version += 1
        document = {"uri": self.uri(name), "languageId": "prov", "version": self.version, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.findings(name)

    def type(self, name, line, start, end, text):
        """The findings after a change, and how long they took."""
        self.version += 1
        place = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        begun = time.perf_counter()
        self.tell(
            "textDocument/didChange",
            {"textDocument": {"uri": self.uri(name), "version": self.version}, "contentChanges": [{"range": place, "text": text}]},
        )
        return self.findings(name), time.perf_counter() - begun

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.server.wait()


def project(folder, phones):
    """A fleet for each site, each with profiles of its own; all phones in one list."""
    main = ["use cisco.mpp", ""]
    main += ['use "./site%d.prov"' % site for site in range(SITES)]
    main += ["", "let proxy = \"sip.example.com\"", "", 'inventory desks from "desks.csv" {', "  mac       : mac", "  model     : model"]
    main += ["  extension : digits(1..7)", "  name      : string", "  site      : %s" % " | ".join('"s%d"' % site for site in range(SITES)), "}", ""]
    main += ["server prov {", '  name "prov.example.com"', "  address 127.0.0.1", "  http { }", "}", ""]
    (folder / "main.prov").write_text("\n".join(main))
    lines = len(main)
    for site in range(SITES):
        text = ["network n%d {" % site, "  server prov", "  subnet 10.%d.0.0/16" % site, "  pool 10.%d.1.0 .. 10.%d.254.254" % (site, site), "}", ""]
        text += ["profile common%d {" % site, '  fetch http "/s%d/$PSN.xml"' % site, "  Time_Zone = \"GMT+01:00\"", "  Ringer_Volume = 9", ""]
        for number in range(1, 11):
            text += ["  // line %d" % number]
            text += ["  %s[%d] = %s" % (name, number, value) for name, value in OF_A_LINE]
        text += ["}", "", "profile account%d {" % site, '  fetch http "/s%d/$MA.xml"' % site]
        text += ["  Display_Name[1] = label%d(phone.name)" % site, "  User_ID[1] = phone.extension"]
        text += ["  if phone.extension == \"1\" {", "    Station_Display_Name = \"{phone.name} ({phone.extension})\"", "  }", "}", ""]
        text += ["fn label%d(name: string): string = \"{name}, site %d\"" % (site, site), ""]
        text += ["fleet f%d {" % site, '  phones desks where phone.site == "s%d"' % site, "  server prov"]
        text += ["  profiles common%d, account%d" % (site, site), "  resync { every 1h jitter 10m  retry 30m }", "}", ""]
        (folder / ("site%d.prov" % site)).write_text("\n".join(text) + "\n")
        lines += len(text)
    rows = ("00:0e:08:%02x:%02x:%02x,CP-8841-3PCC,%d,Desk %d,s%d\n" % (n >> 16, n >> 8 & 255, n & 255, 1000 + n, n, n % SITES) for n in range(phones))
    (folder / "desks.csv").write_text("mac,model,extension,name,site\n" + "".join(rows))
    return lines


def run(prov, folder, rounds, phones=100_000):
    folder = Path(folder)
    lines = project(folder, phones)
    text = (folder / "site0.prov").read_text()
    line = next(number for number, words in enumerate(text.splitlines()) if "Ringer_Volume" in words)
    editor = Editor(prov, folder)
    begun = time.perf_counter()
    found = editor.open("site0.prov", text)
    print("editor: %d lines, %d phones; opened in %.0f ms, %d findings" % (lines, phones, 1000 * (time.perf_counter() - begun), len(found)))
    broken, mended = [], []
    for _ in range(rounds):
        found, took = editor.type("site0.prov", line, 2, 8, "Rniger")
        assert any("Rniger" in one["message"] for one in found), found
        broken.append(took)
        found, took = editor.type("site0.prov", line, 2, 8, "Ringer")
        assert not any("Rniger" in one["message"] for one in found), found
        mended.append(took)
    rows = [("a slip is shown", broken), ("and is gone when it is mended", mended)]
    for what, method, column in (
        ("hovering", "textDocument/hover", 6),
        ("completion", "textDocument/completion", 4),
        ("where it is declared", "textDocument/definition", 6),
    ):
        times = []
        for turn in range(rounds):
            # A change before each: what was known of the text is old.
            editor.version += 1
            document = {"uri": editor.uri("site0.prov"), "version": editor.version}
            place = {"start": {"line": line, "character": 18}, "end": {"line": line, "character": 19}}
            change = [{"range": place, "text": str(turn % 9)}]
            begun = time.perf_counter()
            editor.tell("textDocument/didChange", {"textDocument": document, "contentChanges": change})
            editor.ask(method, {"textDocument": {"uri": document["uri"]}, "position": {"line": line, "character": column}})
            times.append(time.perf_counter() - begun)
        rows.append((what + ", the text just changed", times))
    for what, times in rows:
        print("  %-52s %6.1f ms, at most %.1f" % (what, 1000 * statistics.median(times), 1000 * max(times)))
    assert editor.end() == 0
