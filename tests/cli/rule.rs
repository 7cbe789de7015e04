//! `prov rule`: the shape of its document, its status, and what a person reads.

use crate::support::{PROV, Project, prov, run, valid};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

/// The document for a rule, checked against the schema that `prov schema rule` prints.
#[track_caller]
fn asked(arguments: &[&str], status: i32) -> Value {
    let ran = prov(["rule", "--format", "json"].iter().chain(arguments)).ends_with(status);
    assert_eq!(ran.stderr, "", "{arguments:?}: everything is in the document");
    let document = ran.json();
    valid("rule", &[(format!("{arguments:?}"), document.clone())]);
    document
}

/// The keys that other tools rely on.
fn shape(document: &Value) -> Value {
    let keys = [
        "expanded",
        "alternative",
        "condition",
        "assignments",
        "options",
        "scheme",
        "host",
        "port",
        "path",
        "url",
        "error",
    ];
    let object = document.as_object().expect("an object");
    keys.iter()
        .map(|key| ((*key).to_owned(), object.get(*key).unwrap_or_else(|| panic!("no {key}: {document}")).clone()))
        .collect()
}

#[test]
fn the_document_has_its_shape() {
    let rule = "(\"$A\" ne \"Provisioned\")? https://p/init-$MA | https://p/c";
    let set = ["--set", "A=Provisioned", "--set", "MA=000e08abcd01"];
    assert_eq!(
        shape(&asked(&[&[rule], &set[..]].concat(), 0)),
        json!({
            "expanded": "(\"Provisioned\" ne \"Provisioned\")? https://p/init-000e08abcd01 | https://p/c",
            "alternative": 2, "condition": null, "assignments": {}, "options": {},
            "scheme": "https", "host": "p", "port": 443, "path": "/c", "url": "https://p/c", "error": null,
        })
    );
    let rule =
        "($PRVTMR ge 600)? (Line_Enable_1_ = \"No\"; c = \"$MA\";)! [--key $SA --post g --srv] http://h:8080/x?y";
    let set = ["--set", "PRVTMR=700", "--set", "SA=k", "--set", "MA=0a"];
    assert_eq!(
        shape(&asked(&[&[rule], &set[..]].concat(), 0)),
        json!({
            "expanded": "(700 ge 600)? (Line_Enable_1_ = \"No\"; c = \"0a\";)! [--key $SA --post g --srv] http://h:8080/x?y",
            "alternative": 1, "condition": true, "assignments": { "Line_Enable_1_": "No", "GPP_C": "0a" },
            "options": { "key": "k", "post": "g", "srv": true },
            "scheme": "http", "host": "h", "port": 8080, "path": "/x?y", "url": "http://h:8080/x?y", "error": null,
        })
    );
    let none = asked(&["(1 eq 2)? http://h/x"], 0);
    assert_eq!((&none["alternative"], &none["condition"], &none["url"]), (&Value::Null, &json!(false), &Value::Null));
    let serverless = asked(&["/x"], 0);
    assert_eq!(
        (&serverless["host"], &serverless["url"], &serverless["port"]),
        (&Value::Null, &json!("/x"), &json!(69))
    );
    let served = asked(&["/x", "--option66", "192.168.1.5"], 0);
    assert_eq!((&served["host"], &served["url"]), (&json!("192.168.1.5"), &json!("tftp://192.168.1.5/x")));
    let url = asked(&["/x", "--option66", "https://h:8443"], 0);
    assert_eq!((&url["host"], &url["port"], &url["url"]), (&json!("h"), &json!(8443), &json!("https://h:8443/x")));
    let of_each = |option: &str| asked(&["/x", "--option66", option], 0)["tries"].as_array().map_or(0, Vec::len);
    assert_eq!([of_each("10.0.0.1"), of_each("10.0.0.1;10.0.0.2"), of_each("http://h/p")], [6, 12, 3]);
    let trigger = |text| asked(&[text, "--kind", "trigger", "--set", "PRVTMR=700"], 0);
    assert_eq!(trigger("$PRVTMR ge 600")["condition"], true);
    assert_eq!(trigger("$PRVTMR lt 600")["condition"], false);
    assert_eq!(trigger("")["condition"], Value::Null);
    let log = asked(&["$PN -- $ERR $SA", "--kind", "log", "--set", "ERR=http_get failed", "--set", "SA=x"], 0);
    assert_eq!(log["expanded"], "CP-8841-3PCC -- http_get failed $SA");
    let one = asked(&["[--delta] http://a/d.xml", "--kind", "report"], 0);
    assert_eq!(
        (&one["options"], &one["url"], &one["reports"]),
        (&json!({ "delta": true }), &json!("http://a/d.xml"), &Value::Null)
    );
    let two = asked(&["[--status]http://a/s.xml [--key k]http://b/d.xml", "--kind", "report"], 0);
    assert_eq!(two["reports"].as_array().map(Vec::len), Some(2));
    assert_eq!(shape(&two["reports"][1])["options"], json!({ "key": "k" }));
    assert_eq!(two["reports"][1]["host"], "b");
    let lic = asked(&["http://host/$MAU.lic", "--kind", "transition", "--mac", "00:0e:08:ab:cd:01"], 0);
    assert_eq!(lic["url"], "http://host/000E08ABCD01.lic");
    let broken = asked(&["($PRVTMR ge 600) http://h/x"], 1);
    assert!(broken["error"].is_string() && broken["url"].is_null() && broken["alternative"].is_null(), "{broken}");
    assert_eq!(broken["error_at"]["written"], 0);
}

#[test]
fn setters_and_stances() {
    let log = |arguments: &[&str]| {
        let text = ["$PN $PSN $SWVER $MA $MAU $MAC", "--kind", "log"];
        asked(&[&text, arguments].concat(), 0)["expanded"].as_str().expect("a text").to_owned()
    };
    assert_eq!(
        log(&["--model", "CP-7841-3PCC", "--firmware", "sip78xx.11-0-0MPP-7.loads", "--mac", "000E.08AB.CD01"]),
        "CP-7841-3PCC 7841-3PCC sip78xx.11-0-0MPP-7 000e08abcd01 000E08ABCD01 00:0e:08:ab:cd:01"
    );
    assert_eq!(
        log(&["--mac", "00:0e:08:ab:cd:01", "--set", "MA=x", "--set", "PN=y"]),
        "y y sip88xx.11-3-1MPP-678 x 000E08ABCD01 00:0e:08:ab:cd:01"
    );
    let rule = "($SWVER lt sip88xx.12-0-3MPP0001-1)? http://h/sip88xx.12-0-3MPP0001-1.loads";
    let upgrade = |arguments: &[&str], status| asked(&[&[rule, "--kind", "upgrade"], arguments].concat(), status);
    let both = upgrade(&[], 1);
    assert_eq!(
        (&both["readings"][0]["stance"], &both["readings"][0]["alternative"]),
        (&json!("C-20=by-parts"), &json!(1))
    );
    assert_eq!(upgrade(&["--stance", "C-20=by-parts"], 0)["alternative"], 1);
    assert_eq!(upgrade(&["--stance", "C-20=error"], 1)["readings"], json!([]));
    prov(["rule", "/x", "--stance", "C-20=perhaps"]).ends_with(2).says("`error`, `by-parts`");
    prov(["rule", "/x", "--stance", "C-99=x"]).ends_with(2).says("no matter `C-99`");
}

#[test]
fn wrong_use_is_told() {
    for (arguments, words) in [
        (&[][..], "RULE"),
        (&["/x", "--set", "A"], "NAME=VALUE"),
        (&["/x", "--set", "=x"], "NAME=VALUE"),
        (
            &["/x", "--kind", "dial-plan"],
            "possible values: profile, upgrade, trigger, log, report, transition, service",
        ),
        (&["/x", "--mac", "zz"], "--mac"),
        (&["/x", "--model", "CP 9"], "unknown model `CP 9`"),
        (&["/x", "--model", "Nokia"], "unknown model `Nokia`"),
        (&["/x", "--model", "8842"], "did you mean `CP-88"),
        (&["/x", "--firmware", "garbage"], "`garbage` is no load; write `sip88xx.11-3-1MPP-678`"),
        (&["/x", "--firmware", "11.3(1)"], "a release, and a phone runs a load of it"),
        (&["/x", "--model", "7841", "--firmware", "sip88xx.11-3-1MPP-678"], "whose loads are named sip78xx"),
        (&["/x", "--option66", "http://h:0"], "a port is a number from 1 to 65535"),
        (&["/x", "--option66", "300.1.1.1"], "--option66"),
        (&["/x", "--option66", ""], "--option66"),
        (&["/x", "surplus"], "surplus"),
    ] {
        let ran = prov(["rule"].iter().chain(arguments)).ends_with(2).says(words);
        assert_eq!(ran.text(), "", "{arguments:?}");
    }
    // The phone does not know it either: the rule is answered, and the name told.
    let ran = prov(["rule", "http://h/$MAX", "--set", "MAX=1"]).ok().says("no macro is named `$MAX`; did you mean `MA");
    assert!(ran.text().contains("stays as written"), "{}", ran.text());
}

#[test]
fn a_person_reads_why() {
    let rule = "(\"$A\" ne \"Provisioned\")? https://p/init-$MA | https://p/c";
    let ran = prov(["rule", rule, "--set", "A=Provisioned", "--set", "MA=000e08abcd01"]).ok();
    let text = ran.text();
    for words in [
        "expanded        (\"Provisioned\" ne \"Provisioned\")? https://p/init-000e08abcd01 | https://p/c\n",
        "  $A            Provisioned\n",
        "alternative 1   \"Provisioned\" ne \"Provisioned\"           false\n",
        "written `\"$A\" ne \"Provisioned\"`; strings",
        "alternative 2   no condition                             taken\n",
        "fetch           https  p:443  /c\n",
    ] {
        assert!(text.contains(words), "no `{words}` in\n{text}");
    }
    assert_eq!(ran.stderr, "");
    // Where it is wrong, in both texts.
    let ran = prov(["rule", "($PN eq \"x\")? /x"]).ends_with(1);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("  expanded      (CP-8841-3PCC eq \"x\")? /x\n                 ^\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("  written       ($PN eq \"x\")? /x\n                 ^\n"), "{}", ran.stderr);
    let meant = prov(["rule", "(“$CCERT” eq “Installed”)? https://h/x"]).ends_with(1);
    assert!(meant.stderr.contains("meant?        (\"$CCERT\" eq \"Installed\")? https://h/x"), "{}", meant.stderr);
    assert!(meant.stderr.contains("then alternative 1 is taken, https://h/x"), "{}", meant.stderr);
    let quiet = prov(["rule", "http://h/$STRANGE", "-q"]).ok();
    assert_eq!(quiet.stderr, "");
    let noted = prov(["rule", "http://h/$STRANGE"]).ok();
    assert!(noted.stderr.starts_with("note: no macro is named `$STRANGE`, so it stays as written"), "{}", noted.stderr);
    let coloured = prov(["rule", "x", "--color", "always"]).ends_with(1);
    assert!(coloured.stderr.starts_with("\u{1b}["), "{}", coloured.stderr);
}

#[test]
fn a_rule_from_stdin_and_rules_of_any_size() {
    let folder = Project::new(&[
        ("rule", "http://h/$MA.cfg\n"),
        ("broken", "http://h/\nx\n"),
        ("large", &"(1 eq 2)? http://h/x | ".repeat(10 << 16)),
        ("huge", &"x".repeat(17 << 20)),
        ("grown", &"$A".repeat(1 << 20)),
        ("deep", &"(".repeat(1 << 19)),
        ("nul", "http://h/\0"),
        ("empty", ""),
    ]);
    std::fs::write(folder.join("latin"), b"http://h/\xfc").expect("a file");
    let from = |file: &str, format: &str, status: i32| {
        let command =
            format!("{PROV} rule - --format {format} --set A=$(head -c 100000 /dev/zero | tr '\\0' x) < {file}");
        let begun = std::time::Instant::now();
        let ran = run(Command::new("sh").args(["-c", &command]).current_dir(folder.path())).ends_with(status);
        assert!(begun.elapsed().as_secs() < 60, "{file}: {:?}", begun.elapsed());
        ran
    };
    assert_eq!(from("rule", "json", 0).json()["url"], "http://h/000e08000001.cfg");
    assert!(
        from("broken", "json", 1).json()["error"].as_str().is_some_and(|error| error.contains("blank inside a URL"))
    );
    assert_eq!(from("empty", "json", 0).json()["alternative"], Value::Null);
    assert!(from("nul", "human", 1).stderr.contains("is not printable ASCII"));
    for file in ["large", "grown", "deep"] {
        let said = from(file, "human", 1);
        assert!(said.stdout.len() + said.stderr.len() < 20_000, "{file}: {} octets", said.stdout.len());
        assert!(from(file, "json", 1).json()["error"].is_string());
    }
    from("huge", "human", 2).says("larger than 16 MiB");
    from("latin", "human", 2).says("no UTF-8");
    // As an argument: bytes that are no text, and a text that looks like an option.
    run(Command::new(PROV).arg("rule").arg(OsStr::from_bytes(b"http://h/\xff"))).ends_with(2).says("error: ");
    prov(["rule", "--", "--key"]).ends_with(1);
    prov(["rule", "\u{1}\u{2}"]).ends_with(1);
    let alternatives = "(1 eq 2)? /x | ".repeat(3000) + "/y";
    let many = prov(["rule", &alternatives]).ok().text();
    assert!(many.contains("alternative 3001") && many.contains("more alternatives; --format json has all"), "{many}");
    assert!(many.len() < 50_000);
}
