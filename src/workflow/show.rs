//! What one phone gets: rules, files, its DHCP answer, and the parameters it ends up with.

use crate::phone::Mac;
use crate::plan::{FileRef, Part, Scheme, Served};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The document of `prov show MAC --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct View {
    pub mac: String,
    pub fleet: String,
    /// The network whose answers the phone gets; null: none of the program's.
    pub network: Option<String>,
    pub model: String,
    pub firmware: Firmware,
    /// Rule parameters and their texts, as the phone holds them.
    pub rules: BTreeMap<String, String>,
    pub files: Vec<FileView>,
    pub dhcp: Dhcp,
    /// By XML element.
    pub effective: BTreeMap<String, Effective>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Firmware {
    /// The load the phone is to run; null: whatever it has.
    pub target: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FileView {
    /// The profile's name, or `bootstrap`.
    pub profile: String,
    pub scheme: String,
    pub path: String,
    /// Size as sent.
    pub bytes: usize,
    /// Of the file as sent, in hexadecimal.
    pub sha256: String,
    pub sealed: bool,
    pub gzip: bool,
}

/// Options by number, their values as the phone reads them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Dhcp {
    #[serde(rename = "4")]
    pub v4: BTreeMap<u8, String>,
    #[serde(rename = "6")]
    pub v6: BTreeMap<u16, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Effective {
    pub value: String,
    /// `na`, `ro` or `rw`; null: the phone's own.
    pub user: Option<String>,
    /// The file that sets it: a profile's name, or `bootstrap`.
    pub profile: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

/// The phone's part of the plan; nothing if it has no such phone.
pub fn view(served: &Served, mac: Mac) -> Option<View> {
    let phone = served.phone(mac)?;
    let fleet = served.fleet(phone)?;
    let files = served.files_of(phone);
    let rules = fleet.rules.iter().map(|rule| (rule.parameter.clone(), served.expand(phone, &rule.text)));
    let mut dhcp = Dhcp::default();
    let network = served.network_of(phone);
    if let Some(network) = network {
        let answer = served.dhcp_answer(network, Some(phone), &served.client(phone));
        dhcp.v4.extend(answer.into_iter().map(|(code, value)| (code, value.text())));
    }
    if let Some(network) = served.network6_of(phone) {
        let answer = served.plan().dhcp_answer6(network, Some(fleet), Some(&served.client(phone)));
        dhcp.v6.extend(answer.into_iter().map(|(code, value)| (code, value.text())));
    }
    let effective = served.effective(phone).into_iter().map(|(element, one)| {
        let place = served.place(one.origin);
        let effective = Effective {
            value: served.expand(phone, one.value),
            user: one.user.map(|user| user.name().to_owned()),
            profile: name_of(served, one.file),
            file: place.map(|(file, _)| file.to_owned()),
            line: place.map(|(_, line)| line),
        };
        (element.to_owned(), effective)
    });
    let effective = effective.collect();
    Some(View {
        mac: mac.to_string(),
        fleet: fleet.id.clone(),
        network: network.and_then(|network| served.plan().networks.get(network)).map(|network| network.id.clone()),
        model: served.model(phone)?.name.clone(),
        firmware: Firmware { target: None },
        rules: rules.collect(),
        files: files.iter().map(|file| file_view(served, *file)).collect(),
        dhcp,
        effective,
    })
}

pub(super) fn file_view(served: &Served, file: FileRef) -> FileView {
    let mut bytes = Vec::new();
    served.render_wire(file, &mut bytes);
    let profile = served.profile(file);
    let scheme = profile.map_or_else(|| bootstrap_scheme(served, file), |profile| profile.scheme);
    FileView {
        profile: name_of(served, file),
        scheme: scheme.name().to_owned(),
        path: served.path(file),
        bytes: bytes.len(),
        sha256: Sha256::digest(&bytes).iter().map(|octet| format!("{octet:02x}")).collect(),
        sealed: profile.is_some_and(|profile| profile.seal.is_some()),
        gzip: profile.is_some_and(|profile| profile.gzip),
    }
}

/// What a factory-fresh phone uses: the scheme its option names, else TFTP, which it tries first (PB §5).
fn bootstrap_scheme(served: &Served, file: FileRef) -> Scheme {
    let fleet = served.plan().fleets.get(usize::from(file.fleet));
    let options = fleet.and_then(|fleet| fleet.bootstrap.as_ref()).map(|bootstrap| bootstrap.options.as_slice());
    let text = options.unwrap_or_default().first().map(|option| option.value.text()).unwrap_or_default();
    Scheme::ALL.into_iter().find(|scheme| text.starts_with(&format!("{scheme}://"))).unwrap_or(Scheme::Tftp)
}

/// The profile's name, or `bootstrap`.
pub fn name_of(served: &Served, file: FileRef) -> String {
    served.name_of(file).to_owned()
}

/// The file of a phone that a name or a path means.
pub fn file_named(served: &Served, mac: Mac, name: &str) -> Option<FileRef> {
    let phone = served.phone(mac)?;
    let files = served.files_of(phone);
    let by_name = files.iter().copied().find(|file| name_of(served, *file) == name || served.path(*file) == name);
    by_name.or_else(|| {
        // A bootstrap file has several paths, and another fleet's may have the same.
        let server = served.fleet(phone)?.server;
        let file = served.find_for(server, Scheme::Tftp, name, Some(phone.fleet));
        file.filter(|file| file.part == Part::Bootstrap && file.fleet == phone.fleet)
    })
}

impl View {
    /// As a person reads it.
    pub fn human(&self) -> String {
        let network = self.network.as_ref().map_or_else(|| "no network".into(), |network| format!("network {network}"));
        let mut text = format!("{} · {} · fleet {} · {network}\n", self.mac, self.model, self.fleet);
        text.push_str("\ndhcp\n");
        for (code, value) in &self.dhcp.v4 {
            text.push_str(&format!("  {code:<4} {value}\n"));
        }
        for (code, value) in &self.dhcp.v6 {
            text.push_str(&format!("  {:<4} {value}\n", format!("v6 {code}")));
        }
        text.push_str("\nrules\n");
        for (name, rule) in &self.rules {
            text.push_str(&format!("  {name:<15} {rule}\n"));
        }
        text.push_str("\nfiles\n");
        for file in &self.files {
            let form = [(file.gzip, ", gzip"), (file.sealed, ", sealed")];
            let form: String = form.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
            text.push_str(&format!(
                "  {:<12} {:<5} {}  {} bytes{form}\n",
                file.profile, file.scheme, file.path, file.bytes
            ));
        }
        text.push_str("\nparameters\n");
        let width = self.effective.keys().map(String::len).max().unwrap_or(0);
        for (name, effective) in &self.effective {
            let user = effective.user.as_ref().map(|user| format!("  user {user}")).unwrap_or_default();
            let place = match (&effective.file, effective.line) {
                (Some(file), Some(line)) => format!("  {file}:{line}"),
                _ => String::new(),
            };
            text.push_str(&format!("  {name:<width$}  {:?}  {}{user}{place}\n", effective.value, effective.profile));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::*;

    #[test]
    fn another_name_of_a_bootstrap_file_is_this_phone_s() {
        let path = |before: &str, name: Macro, after: &str| {
            let mut path = Template::text(before);
            path.push(Piece::Macro(name));
            path.push(Piece::Text(after.into()));
            path
        };
        let fleet = |last: u8| Fleet {
            id: format!("fleet{last}"),
            server: 0,
            networks: vec![],
            networks6: vec![],
            bootstrap: Some(Bootstrap {
                how: Discovery::Dhcp,
                options6: vec![],
                told: None,
                options: vec![],
                paths: vec![path("/", Macro::Psn, ".xml"), path("/Cisco/", Macro::Pn, ".cfg")],
                shape: Shape::default(),
            }),
            profiles: vec![],
            rules: vec![],
            upgrade: None,
            reports: vec![],
            applies_within: None,
            phones: PhoneTable { macs: vec![Mac::new([0, 0, 0, 0, 0, last])], models: vec![0], ..Default::default() },
        };
        let server = Server {
            id: "s".into(),
            host: None,
            addresses: vec![],
            services: Services::default(),
            ..Server::default()
        };
        let served = Served::new(Plan {
            version: PLAN_VERSION,
            program: String::new(),
            sources: vec![],
            servers: vec![server],
            networks: vec![],
            networks6: vec![],
            zones: vec![],
            models: vec![Model { name: "CP-8841-3PCC".into(), series: "8841-3PCC".into() }],
            fleets: vec![fleet(0), fleet(1)],
        });
        for last in 0..2 {
            let mac = Mac::new([0, 0, 0, 0, 0, last]);
            for name in ["bootstrap", "/8841-3PCC.xml", "/Cisco/CP-8841-3PCC.cfg"] {
                let file = file_named(&served, mac, name);
                assert_eq!(file.map(|file| file.fleet), Some(u16::from(last)), "{name}");
            }
            assert_eq!(file_named(&served, mac, "/nothing"), None);
        }
    }
}
