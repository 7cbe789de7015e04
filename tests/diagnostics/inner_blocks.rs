//! Blocks inside of a profile.

use crate::support::blocks::Block;
use prov::diagnostic::{Code, Severity};

/// What stands under a condition or in a loop and is no parameter: told, where it used to be dropped without a word.
#[test]
fn words_that_have_no_place_under_a_condition() {
    let with = |line: &str, again: &str| {
        let text = format!(
            "use cisco.mpp\nserver prov {{ address 192.168.50.10  http {{ port 80 }} }}\nprofile other {{ Ringer_Volume = 3 }}\nprofile account {{\n  fetch http \"/$MA.xml\"\n  if phone.model == \"CP-8841-3PCC\" {{\n    {line}\n  }}\n  for n in 1..2 {{\n    match n {{ 1 {{ {again}\n }} else {{ }} }}\n  }}\n}}\nfleet desks {{ server prov  profiles account\n  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }}\n}}\n"
        );
        let planned = super::compile(&[Block { info: "prov main.prov".into(), text }]);
        planned.findings().iter().filter(|one| one.severity == Severity::Error).map(|one| one.code).collect::<Vec<_>>()
    };
    for (line, code) in [
        ("reste Ringer_Volume", Code::P0211),
        ("overide Ringer_Volume = 9", Code::P0211),
        ("gzip", Code::P0211),
        ("fetch https \"/b\"", Code::P0211),
        ("seal aes256cbc key x", Code::P0211),
        ("expect resyncs == 1", Code::P0211),
        ("Ringer_Volume 9", Code::P0101),
        ("elif n == 2 { Ringer_Volume = 9 }", Code::P0101),
    ] {
        let told = with(line, line);
        assert!(!told.is_empty() && told.iter().all(|one| *one == code || *one == Code::P0101), "{line}: {told:?}");
    }
    assert_eq!(with("include other", ""), [], "an inclusion may stand there");
}
