//! Data files of every form, as the inventory of one program.

use super::octets;
use super::programs::use_all;
use prov::compile::Options;
use prov::language::MemoryFiles;
use prov::pipeline;

const PROGRAM: &str = r#"use cisco.mpp

inventory desks from "desks.EXTENSION" {
  mac       : mac
  model     : model
  extension : digits(2..5) unique
  name      : string?
  role      : "desk" | "lab" = "desk"
  ring      : int = 9
  timer     : duration = 40s
  web       : port?
  address   : ip?
  firmware  : version?
  start     : time = 02:30
  dnd       : bool = no
}

server prov {
  address 192.168.50.10
  http    { port 80 }
}

profile account for phone {
  fetch http "/phones/$MA.xml"
  User_ID[1]    = phone.extension
  Ringer_Volume = phone.ring
  Dial_Plan[1]  = "({phone.extension}|xx.)"
  DND_Setting   = phone.dnd
  if phone.role == "lab" {
    Station_Display_Name = "lab {phone.extension}"
  }
}

fleet desks {
  server    prov
  profiles  account
  bootstrap manual
  phones    desks where phone.role in ["desk", "lab"]
}
"#;

fn read(extension: &str, octets: &[u8]) {
    let mut files = MemoryFiles::single(PROGRAM.replace("EXTENSION", extension));
    files.0.insert(format!("desks.{extension}"), octets.to_vec());
    use_all(&pipeline::plan(&files, "main.prov", &Options::default()));
}

pub fn csv(octets: &[u8]) {
    read("csv", octets);
}

pub fn json(octets: &[u8]) {
    read("json", octets);
}

pub fn jsonl(octets: &[u8]) {
    read("jsonl", octets);
}

pub fn toml(octets: &[u8]) {
    read("toml", octets);
}

pub fn csv_files() -> Vec<Vec<u8>> {
    octets(&[
        "mac,model,extension,name,role\n00:0e:08:ab:cd:01,CP-8841-3PCC,0211,\"Doe, Jane\",\n000e08abcd02,CP-7841-3PCC,212,Workshop,lab\n",
        "\u{feff}mac,model,extension,ring,timer,web,address,firmware,start,dnd\r\n00-0E-08-AB-CD-01,CP-8841-3PCC,12,3,1h,80,10.0.0.1,sip88xx.11-3-1MPP-678,23:59,yes\r\n",
        "mac,model,extension\n\n,,\n000e08abcd01,CP-8841-3PCC,11\n000e08abcd01,CP-8841-3PCC,11\nx,y,z\n\"a\nb\",\"\"\"\",1\n",
        "mac\tmodel\n",
        "mac;model;extension\n000e08abcd01;CP-8841-3PCC;11\n",
    ])
}

pub fn json_files() -> Vec<Vec<u8>> {
    octets(&[
        r#"[{"mac": "00:0e:08:ab:cd:01", "model": "CP-8841-3PCC", "extension": "0211", "name": "Doe, Jane"},
 {"mac": "000e08abcd02", "model": "CP-7841-3PCC", "extension": 212, "role": "lab", "dnd": true, "ring": 3, "name": null}]"#,
        r#"[{"mac": "000e08abcd01", "mac": "\u0041\ud83d\ude00", "model": ["x"], "extension": 1e99, "timer": -0.5}]"#,
        "[]",
        r#"{"phones": [{}]}"#,
    ])
}

pub fn jsonl_files() -> Vec<Vec<u8>> {
    octets(&[
        "{\"mac\": \"00:0e:08:ab:cd:01\", \"model\": \"CP-8841-3PCC\", \"extension\": \"0211\"}\n\n{\"mac\": \"000e08abcd02\", \"model\": \"CP-7841-3PCC\", \"extension\": 212, \"dnd\": false}\r\n",
        "{\"mac\": \"000e08abcd01\"} {\"mac\"\n[1]\nnull\n",
    ])
}

pub fn toml_files() -> Vec<Vec<u8>> {
    octets(&[
        "[[phone]]\nmac = \"00:0e:08:ab:cd:01\"\nmodel = \"CP-8841-3PCC\"\nextension = \"0211\"\n\n[[phone]]\nmac = '000e08abcd02'\nmodel = \"CP-7841-3PCC\"\nextension = 212\nstart = 07:30:00\ndnd = true\nring = 0x3\n",
        "a = 1\n[[phone]]\nname = \"\"\"\nx\\u00fc\"\"\"\n[[other]]\n[phone.sub]\nx = [1, {y = 2.5}]\n",
    ])
}
