//! What a fuzzer may do to us: one function a target, from any octets to nothing, which ends in a panic where a law is
//! broken. The fuzzer's binary and the test suite run the same functions.

mod data;
mod dhcp6;
mod phone;
mod programs;
mod scripts;
mod services;
mod sip;

/// A target and what it begins with.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
}

const fn target(name: &'static str, run: fn(&[u8]), seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, run, seeds }
}

pub const TARGETS: &[Target] = &[
    target("language", programs::language, programs::texts),
    target("layout", programs::layout, programs::texts),
    target("csv", data::csv, data::csv_files),
    target("json", data::json, data::json_files),
    target("jsonl", data::jsonl, data::jsonl_files),
    target("toml", data::toml, data::toml_files),
    target("rule", scripts::rule, scripts::rules),
    target("script", scripts::script, scripts::scripts),
    target("literal", scripts::literal, scripts::literals),
    target("explain", scripts::explain, scripts::topics),
    target("profile", phone::profile, phone::profiles),
    target("salvage", phone::salvage, phone::damaged),
    target("gzip", phone::gzip, phone::packed),
    target("seal", phone::seal, phone::sealed),
    target("model", phone::model, phone::lives),
    target("dhcp", services::dhcp, services::dhcp_messages),
    target("dhcp6", dhcp6::dhcp6, dhcp6::messages),
    target("dns", services::dns, services::dns_messages),
    target("tftp", services::tftp, services::tftp_packets),
    target("http", services::http, services::requests),
    target("sip", sip::sip, sip::messages),
    target("syslog", services::syslog, services::log_lines),
    target("journal", services::journal, services::journals),
];

fn octets(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The project's folder, wherever this is built from.
fn root() -> &'static std::path::Path {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("stdlib").is_dir()).expect("the project")
}
