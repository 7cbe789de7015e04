//! `--target files`: the plan, every file as it is sent, zones, and what DHCP answers.

use super::zone;
use crate::plan::{FileRef, Fleet, Part, Plan, Scheme, Served};
use rayon::prelude::*;
use serde_json::{Value, json};

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

/// One file, under each scheme that it is given over.
fn under_schemes(served: &Served, server: usize, path: &str, file: FileRef) -> Vec<Exported> {
    let Some(server) = served.plan().servers.get(server) else { return Vec::new() };
    let mut schemes: Vec<Scheme> = match file.part {
        Part::Profile(_) => served.profile(file).map(|profile| profile.scheme).into_iter().collect(),
        Part::Bootstrap => Scheme::ALL.into_iter().filter(|scheme| server.port(*scheme).is_some()).collect(),
    };
    let exported = |scheme: Scheme, bytes: Vec<u8>| Exported {
        path: format!("files/{}/{scheme}/{}", server.id, contained(path)),
        bytes,
    };
    let Some(last) = schemes.pop() else { return Vec::new() };
    let mut wire = Vec::new();
    served.render_wire(file, &mut wire);
    let mut made: Vec<Exported> = schemes.into_iter().map(|scheme| exported(scheme, wire.clone())).collect();
    made.push(exported(last, wire));
    made
}

/// Every file, in a stable order. `emit` is called once for each, so that only a few are held.
pub fn files<E>(served: &Served, emit: &mut dyn FnMut(Exported) -> Result<(), E>) -> Result<(), E> {
    let plan = served.plan();
    emit(plan_file(plan))?;
    let paths = served.all_paths();
    let make = |some: &[(usize, String, FileRef)]| -> Vec<Vec<Exported>> {
        some.par_iter().map(|(server, path, file)| under_schemes(served, *server, path, *file)).collect()
    };
    let mut batches = paths.chunks(FILES_AT_ONCE);
    let mut made = batches.next().map(make);
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
    zone::files(plan).into_iter().try_for_each(&mut *emit)?;
    for position in 0..plan.networks.len() {
        if let Some((id, document)) = dhcp(plan, position) {
            let bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
            emit(Exported { path: format!("dhcp/{}.json", contained(&id)), bytes })?;
        }
    }
    for position in 0..plan.networks6.len() {
        if let Some((id, document)) = dhcp6(plan, position) {
            let bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
            emit(Exported { path: format!("dhcp/{}.json", contained(&id)), bytes })?;
        }
    }
    Ok(())
}

/// A path that stays below where it is put, whatever a cell of an inventory holds.
pub(super) fn contained(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/").replace('\\', "_")
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
        let answer = plan.dhcp_answer6(position, fleet).into_iter();
        answer.map(|(code, value)| (code.to_string(), Value::from(value.text()))).collect()
    };
    let fleets = plan.fleets.iter().filter(|fleet| fleet.networks6.contains(&position));
    let fleets: Vec<Value> = fleets
        .map(|fleet| json!({ "fleet": fleet.id, "options": told(Some(fleet)), "phones": fleet.phones.macs }))
        .collect();
    Some((network.id.clone(), json!({ "network": network, "options": told(None), "fleets": fleets })))
}
