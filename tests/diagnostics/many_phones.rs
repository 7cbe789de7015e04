//! One bad cell among many good ones is found, told of its phone, and nothing else: what is quick for the many leaves
//! nothing out.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::phone::Mac;
use prov::pipeline::{self, Planned};
use std::fmt::Write;

/// More than one thread takes at a time.
const PHONES: usize = 9000;
const ODD: usize = 6123;

const PROGRAM: &str = r#"use cisco.mpp
inventory phones from "phones.csv" {
  mac : mac
  model : model
  name : string
  nick : string?
  extension : string
  port : int
  role : "desk" | "lab"
  floor : int
}
server prov { address 192.168.50.10  http { port 80 } }
profile account {
  fetch http "/$MA.xml"
  Station_Display_Name = "{phone.name} ({phone.extension})"
  Station_Name         = phone.nick else "nobody {phone.floor}"
  User_ID[1]           = phone.extension
  SIP_Port[1]          = phone.port
  if phone.role == "lab" and phone.floor > 2 {
    GPP_A = "high {phone.mac}"
  }
}
fleet desks { server prov  profiles account  bootstrap manual  phones phones
  resync { retry 30m jitter 10m }
}
"#;

/// All phones alike but for one cell of one of them.
fn fleet(column: &str, cell: &str) -> Planned {
    let mut csv = "mac,model,name,nick,extension,port,role,floor\n".to_owned();
    for row in 0..PHONES {
        let value = |name: &str, usual: String| if row == ODD && name == column { cell.to_owned() } else { usual };
        let (name, extension) = (value("name", format!("N{row}")), value("extension", format!("{row}")));
        let (port, floor) = (value("port", format!("{}", 5060 + row % 7)), value("floor", format!("{}", row % 5)));
        let nick = if row % 4 == 0 { "" } else { "Al" };
        let role = value("role", if row % 3 == 0 { "lab" } else { "desk" }.to_owned());
        writeln!(csv, "000e08{row:06x},CP-8841-3PCC,\"{name}\",{nick},{extension},{port},{role},{floor}")
            .expect("writes");
    }
    let mut files = MemoryFiles::single(PROGRAM);
    files.0.insert("phones.csv".into(), csv.into_bytes());
    pipeline::plan(&files, "main.prov", &Options { program: "many".into(), port_offset: 0 })
}

fn mac(row: usize) -> Mac {
    format!("000e08{row:06x}").parse().expect("an address")
}

fn xml(planned: &Planned, row: usize) -> String {
    let served = planned.served().unwrap_or_else(|| panic!("{:?}", planned.findings()));
    let file = served.files_of(served.phone(mac(row)).expect("in the plan")).pop().expect("a file");
    let mut xml = Vec::new();
    served.render_xml(file, &mut xml);
    String::from_utf8(xml).expect("ASCII")
}

#[test]
fn each_phone_has_its_own_values_and_form() {
    let planned = fleet("none", "");
    assert_eq!(planned.findings(), []);
    for row in [0, 1, 3, 9, ODD, PHONES - 1] {
        let xml = xml(&planned, row);
        assert!(xml.contains(&format!("<Station_Display_Name>N{row} ({row})<")), "{xml}");
        let nick = if row % 4 == 0 { format!("nobody {}", row % 5) } else { "Al".to_owned() };
        assert!(xml.contains(&format!("<Station_Name>{nick}<")), "{xml}");
        assert!(xml.contains(&format!("<SIP_Port_1_>{}<", 5060 + row % 7)), "{xml}");
        assert_eq!(xml.contains(&format!("<GPP_A>high {}<", mac(row))), row % 3 == 0 && row % 5 > 2, "{xml}");
    }
}

#[test]
fn the_one_that_is_wrong_is_found() {
    for (column, cell, code) in [
        ("name", "a\nb", Code::P0305),
        ("name", "Mü", Code::P0306),
        ("extension", "1 2", Code::P0305),
        ("port", "99999", Code::P0302),
    ] {
        let planned = fleet(column, cell);
        let found: Vec<Code> = planned.findings().iter().map(|finding| finding.code).collect();
        assert!(!found.is_empty() && found.iter().all(|one| *one == code), "{column} {cell:?}: {found:?}");
        let told = format!("{:?}", planned.findings());
        assert!(told.contains(&mac(ODD).to_string()), "{column} {cell:?}: {told}");
    }
}
