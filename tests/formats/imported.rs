//! The law of `prov import`: whatever folder of profiles, each phone of the new program gets what its files gave it. The command
//! holds that by itself; here it is held by other means, the XML that is sent against the XML that was there.

use proptest::prelude::*;
use prov::compile::Options;
use prov::diagnostic::Severity;
use prov::language::MemoryFiles;
use prov::phone::profile::{self, decode};
use prov::phone::{Access, Mac, SecretRef, Settings};
use prov::pipeline;
use prov::plan::{Secret, Secrets, Served};
use prov::workflow::import::{Imported, Order, Tree, Tried, import};
use std::collections::{BTreeMap, HashMap};

/// Files by name, in the order of their names.
struct Held(Vec<String>, Vec<Vec<u8>>);

impl Tree for Held {
    fn names(&self) -> &[String] {
        &self.0
    }

    fn read(&self, at: usize) -> Result<Vec<u8>, String> {
        Ok(self.1[at].clone())
    }
}

fn compile(files: &MemoryFiles) -> Tried {
    let planned = pipeline::plan(files, "main.prov", &Options::default());
    let (findings, sources) = (planned.findings().to_vec(), planned.sources().clone());
    Tried { served: planned.into_served(), findings, sources }
}

fn imported(files: BTreeMap<String, Vec<u8>>) -> Imported {
    let (names, octets) = files.into_iter().unzip();
    import(&Held(names, octets), &Order { model: None, only: None, fetched: false, compile: &compile })
}

/// The new project, ready to be served.
fn served(imported: &Imported) -> Served {
    let mut files = MemoryFiles::default();
    let mut secrets = HashMap::new();
    for file in imported.project.as_ref().expect("a project") {
        if file.private {
            let text = String::from_utf8(file.octets.clone()).expect("a text");
            secrets.insert(SecretRef::File(file.path.clone()), Secret::new(text));
        } else {
            files.0.insert(file.path.clone(), file.octets.clone());
        }
    }
    compile(&files).served.expect("no errors").with_secrets(Secrets::Known(secrets))
}

fn held(served: &Served, mac: Mac) -> Settings {
    let mut settings = Settings::factory();
    for file in served.files_of(served.phone(mac).expect("the phone")) {
        let mut octets = Vec::new();
        served.render_wire(file, &mut octets);
        settings.apply(&decode(&octets).expect("a profile"));
    }
    settings
}

/// Elements of every type, with values that phones take and as the compiler writes them; then some that they do not take.
const VALUES: [(&str, &[&str]); 16] = [
    ("Register_1_", &["Yes", "No", ""]),
    ("Display_Name_1_", &["Front desk", "M\u{fc}ller & S\u{f6}hne <1>", "a \"b\" {c} $MA \\", "", "x,y;z", "#1"]),
    ("User_ID_1_", &["101", "0102", "a.b@c"]),
    ("Auth_ID_1_", &["101", "0102", "a.b@c"]),
    ("Proxy_1_", &["sip.example.com", "10.0.0.1", ""]),
    ("Password_1_", &["hunter2", "p\"w&<>", "ein Wort"]),
    ("Ringer_Volume", &["9", "15", "0", ""]),
    ("SIP_Port_1_", &["5060", "5061"]),
    ("Time_Zone", &["GMT+01:00", "GMT"]),
    ("Dial_Plan_1_", &["(x.)", "(*xx|[3469]11|0|00|[2-9]xxxxxx|1xxx[2-9]xxxxxxS0|xxxxxxxxxxxx.)"]),
    ("Resync_Error_Retry_Delay", &["60,120", "3600+600", "1800"]),
    ("Back_Light_Timer", &["10 s", "Always On"]),
    ("Station_Display_Name", &["Lobby", "  ", "a  b"]),
    ("X_Unknown", &["a", "b & c", ""]),
    ("X_Password", &["swordfish"]),
    ("Ringer_Volume_", &["loud"]),
];

fn file(says: &[(usize, usize, Option<Access>)]) -> Vec<u8> {
    let mut octets = profile::HEADER.to_vec();
    for (element, value, user) in says {
        let (name, values) = VALUES[element % VALUES.len()];
        profile::open(&mut octets, name, *user);
        profile::escape(&mut octets, values[value % values.len()]);
        profile::close(&mut octets, name);
    }
    octets.extend_from_slice(profile::FOOTER);
    octets
}

fn access() -> impl Strategy<Value = Option<Access>> {
    prop_oneof![4 => Just(None), 1 => Just(Some(Access::Rw)), 1 => Just(Some(Access::Na))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_phone_gets_what_its_files_gave(
        phones in prop::collection::vec(
            (0usize..3, 0usize..2, prop::collection::vec((0usize..16, 0usize..6, access()), 0..12)), 1..7),
        common in prop::collection::vec((0usize..16, 0usize..6, access()), 0..8),
    ) {
        let (models, sites) = (["8841", "7841", "8861"], ["utrecht", "ams"]);
        let mut files = BTreeMap::new();
        let mut wanted: BTreeMap<Mac, Settings> = BTreeMap::new();
        files.insert("8841-3PCC.xml".to_owned(), file(&common));
        for (number, (model, site, says)) in phones.iter().enumerate() {
            let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, number as u8]);
            let own = file(says);
            let settings = wanted.entry(mac).or_default();
            if *model == 0 {
                settings.apply(&decode(&file(&common)).expect("a profile"));
            }
            settings.apply(&decode(&own).expect("a profile"));
            files.insert(format!("{}/{}/{}.xml", sites[*site], models[*model], mac.plain()), own);
        }
        let imported = imported(files);
        let errors: Vec<_> = imported.findings.iter().filter(|one| one.severity == Severity::Error).collect();
        prop_assert!(errors.is_empty() && imported.differences.is_empty(), "{errors:?} {:?}", imported.differences);
        let served = served(&imported);
        for (mac, wanted) in wanted {
            let is = held(&served, mac);
            for (element, parameter) in wanted.iter() {
                // What is empty is as good as the default that is empty.
                let text = |settings: &Settings| settings.value_set(element).unwrap_or_default().to_owned();
                prop_assert_eq!(text(&is), text(&wanted), "{} {}", mac, element);
                if parameter.value.is_some() {
                    prop_assert_eq!(is.user(element), parameter.user, "{} {}", mac, element);
                }
            }
        }
        // No secret stands in what is not the user's alone.
        for file in imported.project.iter().flatten().filter(|file| !file.private) {
            let text = String::from_utf8_lossy(&file.octets);
            prop_assert!(!text.contains("hunter2") && !text.contains("swordfish"), "{}: {text}", file.path);
        }
    }
}

#[test]
fn five_thousand_phones_are_one_program() {
    let mut files = BTreeMap::new();
    for number in 0..5000u32 {
        let [_, high, middle, low] = number.to_be_bytes();
        let mac = Mac::new([0, 0x0e, 8, high, middle, low]).plain();
        let own = format!(
            "<flat-profile><Time_Zone>GMT</Time_Zone><User_ID_1_>{number}</User_ID_1_><Proxy_1_>sip{}.example.com</Proxy_1_>\
             </flat-profile>",
            number % 5
        );
        files.insert(format!("site{}/8841/{mac}.xml", number % 5), own.into_bytes());
    }
    let imported = imported(files);
    assert_eq!((imported.told.phones, imported.told.compared.values, imported.told.columns), (5000, 15_000, 2));
    assert_eq!(imported.told.profiles, ["account", "common", "site"]);
}
