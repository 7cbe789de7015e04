//! `--target files`: the plan, every file as it is sent, zones, and what DHCP answers.

use super::zone;
use crate::plan::{FileRef, Fleet, Part, Plan, Scheme, Served};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::borrow::Cow;

/// A file to be written, under the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// With `/`, relative, without `..`.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A path that is not one file: fleets on one server have bootstrap files under the same names, and which one is given
/// depends on who asks. A static export cannot do that.
pub fn ambiguous(served: &Served) -> Option<String> {
    let paths = served.all_paths();
    let clash = paths.iter().zip(paths.iter().skip(1)).find(|(one, two)| {
        (one.0, &one.1) == (two.0, &two.1)
            && one.2.fleet != two.2.fleet
            && one.2.part == Part::Bootstrap
            && served.shape(one.2) != served.shape(two.2)
    });
    clash.map(|(one, _)| one.1.clone())
}

/// A file that is made of what a request tells, which no static export has.
pub fn asking(served: &Served) -> Option<String> {
    served.all_files().into_iter().find(|file| served.asks(*file)).map(|file| served.path(file))
}

/// The plan alone. It holds references to secrets and never their text, so it is written without them.
pub fn plan_file(plan: &Plan) -> Exported {
    Exported { path: "plan.json".into(), bytes: serde_json::to_vec_pretty(plan).unwrap_or_default() }
}

/// So many files are made side by side, and held.
const FILES_AT_ONCE: usize = 256;

/// The schemes that a file is given over.
fn schemes_of(served: &Served, server: usize, file: FileRef) -> impl Iterator<Item = Scheme> {
    let server = served.plan().servers.get(server);
    Scheme::ALL.into_iter().filter(move |scheme| match file.part {
        Part::Profile(_) => server.is_some() && served.profile(file).is_some_and(|profile| profile.scheme == *scheme),
        Part::Bootstrap => server.is_some_and(|server| server.port(*scheme).is_some()),
    })
}

/// Where a file lies below the output.
fn place(served: &Served, server: usize, scheme: Scheme, path: &str) -> String {
    let server = served.plan().servers.get(server).map(|server| server.id.as_str()).unwrap_or_default();
    format!("files/{server}/{scheme}/{}", contained(path))
}

/// One file, under each scheme that it is given over.
fn under_schemes(served: &Served, server: usize, path: &str, file: FileRef) -> Vec<Exported> {
    let exported = |scheme, bytes| Exported { path: place(served, server, scheme, path), bytes };
    let mut schemes: Vec<Scheme> = schemes_of(served, server, file).collect();
    let Some(last) = schemes.pop() else { return Vec::new() };
    let mut wire = Vec::new();
    served.render_wire(file, &mut wire);
    let mut made: Vec<Exported> = schemes.into_iter().map(|scheme| exported(scheme, wire.clone())).collect();
    made.push(exported(last, wire));
    made
}

/// Every file, in a stable order. `emit` is called once for each, so that only a few are held.
pub fn files<E>(served: &Served, emit: &mut dyn FnMut(Exported) -> Result<(), E>) -> Result<(), E> {
    let paths = served.all_paths();
    let make = |some: &[(usize, String, FileRef)]| -> Vec<Vec<Exported>> {
        some.par_iter().map(|(server, path, file)| under_schemes(served, *server, path, *file)).collect()
    };
    let mut batches = paths.chunks(FILES_AT_ONCE);
    let mut made = batches.next().map(make);
    emit(plan_file(served.plan()))?;
    while let Some(now) = made.take() {
        // While some are written, the next are made.
        let mut written = Ok(());
        rayon::in_place_scope(|scope| {
            if let Some(some) = batches.next() {
                let made = &mut made;
                scope.spawn(move |_| *made = Some(make(some)));
            }
            written = now.into_iter().flatten().try_for_each(&mut *emit);
        });
        written?;
    }
    documents(served.plan()).into_iter().try_for_each(emit)
}

/// The same files from every core at once, in no order, each gone from memory as soon as it is written: to where files are
/// independent of each other. `write` is given where a file lies, and its octets. Returns how many there were.
pub fn files_at_once<E: Send>(
    served: &Served,
    write: impl Fn(&str, &[u8]) -> Result<(), E> + Sync,
) -> Result<usize, E> {
    let paths = served.all_paths();
    let one = |wire: &mut Vec<u8>, (server, path, file): &(usize, String, FileRef)| -> Result<usize, E> {
        wire.clear();
        served.render_wire(*file, wire);
        let mut count = 0;
        for scheme in schemes_of(served, *server, *file) {
            write(&place(served, *server, scheme, path), wire)?;
            count += 1;
        }
        Ok(count)
    };
    let count: usize = paths.par_iter().map_init(Vec::new, one).sum::<Result<usize, E>>()?;
    let mut others = documents(served.plan());
    others.push(plan_file(served.plan()));
    others.iter().try_for_each(|file| write(&file.path, &file.bytes))?;
    Ok(count + others.len())
}

/// Zones, and what DHCP answers.
fn documents(plan: &Plan) -> Vec<Exported> {
    let networks = (0..plan.networks.len()).filter_map(|position| dhcp(plan, position));
    let networks6 = (0..plan.networks6.len()).filter_map(|position| dhcp6(plan, position));
    let networks = networks.chain(networks6).map(|(id, document)| Exported {
        path: format!("dhcp/{}.json", contained(&id)),
        bytes: serde_json::to_vec_pretty(&document).unwrap_or_default(),
    });
    zone::files(plan).into_iter().chain(networks).collect()
}

/// A path that stays below where it is put, whatever a cell of an inventory holds.
pub(super) fn contained(path: &str) -> Cow<'_, str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if !path.contains('\\') && path.split('/').all(is_name) {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').filter(|part| is_name(part));
    Cow::Owned(parts.collect::<Vec<_>>().join("/").replace('\\', "_"))
}

fn is_name(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
}

/// A network, what its clients are told, and what each fleet's phones are told instead.
fn dhcp(plan: &Plan, position: usize) -> Option<(String, Value)> {
    let network = plan.networks.get(position)?;
    let told = |fleet: Option<&Fleet>| -> serde_json::Map<String, Value> {
        let answer = plan.dhcp_answer(position, fleet, None).into_iter();
        answer.map(|(code, value)| (code.to_string(), Value::from(value.text()))).collect()
    };
    let fleets = plan.fleets.iter().filter(|fleet| fleet.networks.contains(&position));
    let fleets: Vec<Value> = fleets
        .map(|fleet| json!({ "fleet": fleet.id, "options": told(Some(fleet)), "phones": fleet.phones.macs }))
        .collect();
    Some((network.id.clone(), json!({ "network": network, "options": told(None), "fleets": fleets })))
}

/// As [`dhcp`], for DHCPv6.
fn dhcp6(plan: &Plan, position: usize) -> Option<(String, Value)> {
    let network = plan.networks6.get(position)?;
    let told = |fleet: Option<&Fleet>| -> serde_json::Map<String, Value> {
        let answer = plan.dhcp_answer6(position, fleet, None).into_iter();
        answer.map(|(code, value)| (code.to_string(), Value::from(value.text()))).collect()
    };
    let fleets = plan.fleets.iter().filter(|fleet| fleet.networks6.contains(&position));
    let fleets: Vec<Value> = fleets
        .map(|fleet| json!({ "fleet": fleet.id, "options": told(Some(fleet)), "phones": fleet.phones.macs }))
        .collect();
    Some((network.id.clone(), json!({ "network": network, "options": told(None), "fleets": fleets })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_folder() {
        for (path, there) in [
            ("/site/a.xml", "site/a.xml"),
            ("a.xml", "a.xml"),
            ("/../../etc/passwd", "etc/passwd"),
            ("//a/./b//c", "a/b/c"),
            (r"/..\..\a", r".._.._a"),
            ("/", ""),
            ("", ""),
        ] {
            assert_eq!(contained(path), there, "{path}");
        }
    }
}
