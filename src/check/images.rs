//! P0708: a load that phones are led to is not in the images folder, or not whole. P0609: a part of it is more than TFTP
//! carries when a phone asks for no larger blocks (WF §8).

use super::about::{asked, readable};
use super::{Beside, origin, place};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap, Span};
use crate::phone::rule::{Kind, Url};
use crate::plan::{Fleet, IMAGES, Plan, Scheme};
use std::collections::HashSet;

/// What 65,535 blocks of 512 octets hold; the last is short (RFC 1350).
const TFTP_MOST: u64 = 65_535 * 512 - 1;
/// A list of images is some kilobytes.
const LIST_MOST: u64 = 1 << 20;

/// Where the program has `errors`, that there is no such folder is not worth a word. `said` is where each server names it.
pub(super) fn check(
    plan: &Plan,
    files: &dyn Beside,
    sources: &SourceMap,
    said: &[Option<Span>],
    errors: bool,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut known: HashSet<(usize, String)> = HashSet::new();
    let mut over: HashSet<(usize, String, Scheme)> = HashSet::new();
    let mut absent: HashSet<usize> = HashSet::new();
    for fleet in &plan.fleets {
        for need in needs(plan, fleet, sources) {
            let Some(server) = plan.servers.get(need.server) else { continue };
            let folder = server.images.as_deref().unwrap_or(IMAGES);
            if !files.is_folder(folder) {
                if absent.insert(need.server) && !errors {
                    let message = format!("no folder `{folder}` beside the program");
                    let named = said.get(need.server).copied().flatten();
                    let mut finding = Diagnostic::new(Code::P0708, named.unwrap_or(need.span), message)
                        .because(format!("loads of server `{}` are not looked at", server.id));
                    finding.severity = Severity::Note;
                    if named.is_some() {
                        finding = finding.label(need.span, "phones are led to these loads");
                    }
                    findings.push(finding.help("put the unpacked loads there, where it is served"));
                }
                continue;
            }
            if over.insert((need.server, need.load.clone(), need.scheme)) {
                // That it is not whole is told once, by whatever scheme it is fetched.
                let first = known.insert((need.server, need.load.clone()));
                findings.extend(whole(files, folder, &need).into_iter().filter(|one| first || one.code != Code::P0708));
            }
        }
    }
    findings
}

/// A load has a handful.
const MOST_PARTS: usize = 1000;

/// A load that phones will ask one of our servers for.
struct Need {
    server: usize,
    load: String,
    scheme: Scheme,
    span: Span,
}

fn needs(plan: &Plan, fleet: &Fleet, sources: &SourceMap) -> Vec<Need> {
    if let Some(upgrade) = &fleet.upgrade {
        let span = origin(fleet, "Upgrade_Rule").map(|origin| place(origin, sources)).unwrap_or_default();
        let need = |load: &String| {
            let path = format!("{}/{load}", upgrade.directory);
            let (server, scheme, path) = led_on(plan, upgrade.server, upgrade.scheme, path)?;
            Some(Need { server, load: path.rsplit('/').next()?.to_owned(), scheme, span })
        };
        return upgrade.loads.iter().filter_map(need).collect();
    }
    let urls = fleet
        .texts_of("Upgrade_Rule")
        .into_iter()
        .flat_map(|(text, origin)| asked(&readable(text), Kind::Upgrade).into_iter().map(move |asked| (asked, origin)));
    urls.filter(|(url, _)| !url.written.contains('$'))
        .filter_map(|(asked, origin)| {
            let host = asked.url.host.as_ref()?.as_str().to_owned();
            let server = plan.servers.iter().position(|server| server.is_at(&host))?;
            let (server, scheme, path) = led_on(plan, server, asked.url.scheme(), asked.url.path.clone())?;
            let load = path.rsplit('/').next().filter(|name| name.ends_with(".loads"))?.to_owned();
            Some(Need { server, load, scheme, span: place(origin, sources) })
        })
        .collect()
}

/// Redirects that are followed for one file, as the phone model does.
const HOPS: usize = 5;

/// Where phones that ask for a file get it in the end; nothing: of somebody else, or nowhere.
fn led_on(plan: &Plan, server: usize, scheme: Scheme, path: String) -> Option<(usize, Scheme, String)> {
    let (mut server, mut scheme, mut path) = (server, scheme, path);
    for _ in 0..=HOPS {
        let Some((_, to)) = plan.servers.get(server)?.redirect(scheme, &path) else {
            return Some((server, scheme, path));
        };
        let url = Url::parse(&to).ok()?;
        let host = url.host.as_ref()?.as_str().to_owned();
        server = plan.servers.iter().position(|one| one.is_at(&host) && one.port(url.scheme()) == Some(url.port()))?;
        scheme = url.scheme();
        path = url.path;
    }
    None
}

/// What is wrong with a load in its folder.
fn whole(files: &dyn Beside, folder: &str, need: &Need) -> Vec<Diagnostic> {
    let finding = |code, message: String| Diagnostic::new(code, need.span, message);
    let path = format!("{folder}/{}", need.load);
    let Some(size) = files.size(&path) else {
        let message = format!("`{path}` is not there");
        return vec![
            finding(Code::P0708, message)
                .because("phones are led to this load and would not get it")
                .help("unpack the firmware there, or lead phones to another release"),
        ];
    };
    if size == 0 || size > LIST_MOST {
        let message = format!("`{path}` is no list of images");
        return vec![finding(Code::P0708, message).because(format!("it has {size} octets"))];
    }
    let Some(octets) = files.read(&path) else { return Vec::new() };
    let parts = parts(&octets);
    let missing: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| files.size(&format!("{folder}/{part}")).is_none()).collect();
    let mut findings = Vec::new();
    if let Some((first, more)) = missing.split_first() {
        let message = match more.len() {
            0 => format!("`{folder}/{first}` is not there"),
            more => format!("`{folder}/{first}` and {more} more are not there"),
        };
        findings.push(
            finding(Code::P0708, message)
                .because(format!("`{}` names it, and phones fetch it from the same folder", need.load))
                .help("copy the whole folder of the unpacked firmware")
                .note("PB §21"),
        );
    }
    let large = parts.iter().find(|part| files.size(&format!("{folder}/{part}")).is_some_and(|size| size > TFTP_MOST));
    if let (Scheme::Tftp, Some(part)) = (need.scheme, large) {
        findings.push(
            finding(Code::P0609, format!("`{folder}/{part}` is more than TFTP carries"))
                .because("33,553,919 octets are the most in blocks of 512; whether phones ask for larger ones is not documented")
                .help("fetch firmware over http")
                .note("WF §8"),
        );
    }
    findings
}

/// The images that a list names, each once. Its form is not documented: names with the ending of images are looked for.
fn parts(octets: &[u8]) -> Vec<String> {
    let named = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-' | b'_');
    let words = octets.split(|octet| !named(octet)).filter_map(|word| std::str::from_utf8(word).ok());
    let mut seen: HashSet<&str> = HashSet::new();
    let images = words.filter(|word| word.len() > 4 && word.ends_with(".sbn") && seen.insert(word));
    images.take(MOST_PARTS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_named_among_other_octets() {
        let list = b"\x00\x01sig\xff\xfekern88xx.12-0-1MPP0001-2.sbn\r\nrootfs88xx.12-0-1.sbn\0rootfs88xx.12-0-1.sbn .sbn sip88xx.12-0-1.loads";
        assert_eq!(parts(list), ["kern88xx.12-0-1MPP0001-2.sbn", "rootfs88xx.12-0-1.sbn"]);
        assert!(parts(b"").is_empty());
    }
}
