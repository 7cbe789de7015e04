//! `--target nginx`: `nginx.conf`, `site.conf` with the servers in it, the files as sent, and who may have them. A file
//! lies in the folder of its kind (what it is, whom it is for), so that the configuration grows with the kinds and not
//! with the phones.

mod kind;
mod owner;
mod site;
mod text;

use super::Exported;
use super::dhcp::slug;
use super::note::Notes;
use crate::plan::{AuthMethod, FileRef, Part, Plan, Scheme, Served, Server, Tls};
use kind::Kind;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};

/// So many files are made side by side, and held.
const FILES_AT_ONCE: usize = 256;
/// Over these nginx serves.
const SCHEMES: [Scheme; 2] = [Scheme::Http, Scheme::Https];

/// A file of the program's folder that an export needs beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where it goes, under the output folder.
    pub path: String,
    /// Where it is, relative to the program.
    pub from: String,
}

/// Certificates and keys, as nginx is told where they are.
pub(super) fn wanted(plan: &Plan) -> Vec<Wanted> {
    let with_tls = plan.servers.iter().filter(|server| server.services.https.is_some());
    let wanted = with_tls.filter_map(|server| Some((server, server.tls.as_ref()?))).flat_map(|(server, tls)| {
        let Tls { certificate, key, authority, .. } = tls;
        let named = [("certificate.pem", certificate), ("key.pem", key), ("clients.pem", authority)];
        named.into_iter().filter_map(|(name, from)| {
            Some(Wanted { path: format!("{}/tls/{name}", slug(&server.id)), from: from.clone()? })
        })
    });
    wanted.collect()
}

/// Every file of every server with HTTP, in a stable order.
pub(super) fn files<E>(
    served: &Served,
    notes: &mut Notes,
    emit: &mut dyn FnMut(Exported) -> Result<(), E>,
) -> Result<(), E> {
    let plan = served.plan();
    let paths = served.all_paths();
    for (position, server) in plan.servers.iter().enumerate() {
        if SCHEMES.iter().all(|scheme| server.port(*scheme).is_none()) {
            continue;
        }
        let mut own = Notes::default();
        let mut kinds: [BTreeSet<Kind>; 2] = Default::default();
        let mut no_files: Vec<String> = Vec::new();
        let mut taken: HashSet<&str> = HashSet::new();
        let here: Vec<_> = paths.iter().filter(|(at, ..)| *at == position).collect();
        taken.extend(here.iter().flat_map(|(_, path, _)| folders(path)));
        for some in here.chunks(FILES_AT_ONCE) {
            let made: Vec<Made> =
                some.par_iter().flat_map_iter(|(_, path, file)| made(served, server, path, *file, &taken)).collect();
            for one in made {
                match one {
                    Made::File { kind, scheme, files } => {
                        if let Some(kinds) = kinds.get_mut(usize::from(scheme == Scheme::Https)) {
                            kinds.insert(kind);
                        }
                        files.into_iter().try_for_each(&mut *emit)?;
                    }
                    Made::Note(note) => own.add(note),
                    Made::NoFile(path) => no_files.push(path),
                }
            }
        }
        no_files.dedup();
        if let Some((first, more)) = no_files.split_first() {
            let rest = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
            own.add(format!("`{first}`{rest} cannot be a file below a folder: nginx does not give it"));
        }
        firmware(plan, position, server, &mut own);
        let folder = slug(&server.id);
        let [http, https] = &kinds;
        let site = site::site(plan, server, position, [http, https], &mut own);
        let main = site::main(plan, server);
        own.all().into_iter().for_each(|note| notes.add(note.text()));
        emit(Exported { path: format!("{folder}/nginx.conf"), bytes: main.into_bytes() })?;
        emit(Exported { path: format!("{folder}/site.conf"), bytes: site.into_bytes() })?;
    }
    Ok(())
}

/// What became of one file over one scheme.
enum Made {
    File {
        kind: Kind,
        scheme: Scheme,
        files: Vec<Exported>,
    },
    Note(String),
    /// Nothing: no file system has this path.
    NoFile(String),
}

fn made(served: &Served, server: &Server, path: &str, file: FileRef, taken: &HashSet<&str>) -> Vec<Made> {
    let schemes: Vec<Scheme> = match (file.part, served.profile(file)) {
        (Part::Profile(_), Some(profile)) => vec![profile.scheme],
        _ => SCHEMES.to_vec(),
    };
    let schemes = schemes.into_iter().filter(|scheme| SCHEMES.contains(scheme) && server.port(*scheme).is_some());
    let mut made = Vec::new();
    for scheme in schemes {
        if !can_be_a_file(path) || taken.contains(path) {
            made.push(Made::NoFile(path.to_owned()));
            continue;
        }
        let guard = served.guard(file);
        if guard.as_ref().is_some_and(|guard| guard.realm.method == AuthMethod::Digest) {
            let profile = served.profile(file).map_or("", |profile| profile.id.as_str());
            made.push(Made::Note(format!(
                "nginx knows no digest: the files of `{profile}` are left out. Let `prov serve` give them, or let the realm \
                 ask for basic over https"
            )));
            continue;
        }
        let kind = Kind::of(served, server, scheme, file, guard.is_some());
        let folder = slug(&server.id);
        let mut bytes = Vec::new();
        served.render_wire(file, &mut bytes);
        let mut files = vec![Exported { path: format!("{folder}/files/{scheme}/{}{path}", kind.folder()), bytes }];
        if let Some(guard) = guard {
            let (accounts, unwritable) = guard.htpasswd();
            if unwritable > 0 {
                made.push(Made::Note(format!("an account of `{path}` has a name that a password file cannot hold")));
            }
            files.push(Exported { path: format!("{folder}/htpasswd/{scheme}{path}"), bytes: accounts.into_bytes() });
        }
        made.push(Made::File { kind, scheme, files });
    }
    made
}

/// Every folder that a path lies in.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices().filter(|(at, sign)| *sign == '/' && *at > 0).filter_map(|(at, _)| path.get(..at))
}

/// Whether nginx finds a file by this path: it decodes, leaves out what is empty and goes up at two dots, and file systems
/// have names of 255 octets.
fn can_be_a_file(path: &str) -> bool {
    let Some(parts) = path.strip_prefix('/') else { return false };
    let plain = |sign: char| !sign.is_control() && !matches!(sign, '%' | '?' | '#' | '\\');
    path.chars().all(plain) && parts.split('/').all(|part| !matches!(part, "" | "." | "..") && part.len() <= 255)
}

/// Loads are files that somebody has; they are not the program's to copy.
fn firmware(plan: &Plan, position: usize, server: &Server, notes: &mut Notes) {
    let upgrades = plan.fleets.iter().filter_map(|fleet| fleet.upgrade.as_ref());
    for upgrade in upgrades.filter(|upgrade| upgrade.server == position && SCHEMES.contains(&upgrade.scheme)) {
        notes.add(format!(
            "firmware is not copied: put the loads into {}/files/{}/{}{}",
            slug(&server.id),
            upgrade.scheme,
            kind::LOADS,
            upgrade.directory
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_files() {
        for path in ["/a", "/phones/000e08abcd01.cfg", "/a b/c;{}'\"$x", "/é"] {
            assert!(can_be_a_file(path), "{path}");
        }
        for path in ["a", "/", "/a/", "/a//b", "/../a", "/a/./b", "/a%20b", "/a?b", "/a#b", "/a\\b", "/a\nb"] {
            assert!(!can_be_a_file(path), "{path}");
        }
        assert!(!can_be_a_file(&format!("/{}", "a".repeat(256))));
        assert_eq!(folders("/a/b/c").collect::<Vec<_>>(), ["/a", "/a/b"]);
    }
}
