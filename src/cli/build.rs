//! `prov build`: written beside the target first, then put in its place in one step.

use super::project::{self, Argument, Project, plain};
use super::writer::Writer;
use super::{Failure, Format, Global, Status, output, secrets};
use crate::export::{self, Exported, Note, System, Wanted};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Stands in every folder that this command wrote; a folder without it is not ours to replace.
const MARK: &str = ".prov-build";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// The folder to write
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// What to write
    #[arg(long, value_enum, default_value_t = Target::Files)]
    target: Target,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The plan, every file as sent, zones, and what DHCP answers
    Files,
    /// The plan only
    Plan,
    /// Kea: kea-dhcp4.conf and kea-dhcp6.conf
    Kea,
    /// Dnsmasq: dnsmasq.conf
    Dnsmasq,
    /// ISC's dhcpd: dhcpd.conf and dhcpd6.conf
    IscDhcpd,
    /// Zones as master files
    Zone,
    /// Nginx: nginx.conf, site.conf and the files as sent
    Nginx,
}

impl Target {
    /// The system it is for, where that needs the plan alone.
    fn system(self) -> Option<System> {
        match self {
            Target::Files | Target::Plan | Target::Nginx => None,
            Target::Kea => Some(System::Kea),
            Target::Dnsmasq => Some(System::Dnsmasq),
            Target::IscDhcpd => Some(System::IscDhcpd),
            Target::Zone => Some(System::Zone),
        }
    }
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let project = Project::find(&arguments.project)?;
    let Some(served) = project::served(project.plan(0), global) else { return Ok(Status::Findings) };
    let with_files = matches!(arguments.target, Target::Files | Target::Nginx);
    let served = if with_files { secrets::all(served, &project)? } else { served };
    if let Some(path) = Some(&served).filter(|_| with_files).and_then(export::ambiguous) {
        return Err(Failure::new(format!(
            "`{path}` is another file for each fleet, chosen by the lease of who asks: a static export cannot do that; \
             put the fleets on different servers, or let prov serve them (P0408)"
        )));
    }
    if let Some(path) = Some(&served).filter(|_| with_files).and_then(export::asking) {
        return Err(Failure::new(format!(
            "`{path}` is made of what a request tells: a static export cannot do that; let prov serve it (P0408)"
        )));
    }
    let target = &arguments.output;
    ours_to_write(target)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|error| failed("cannot make", parent, &error))?;
    let fresh = sibling(target, "new");
    // Some files hold the secrets in clear, and which ones is the program's to change.
    let wanted = if arguments.target == Target::Nginx { export::wanted_by_nginx(served.plan()) } else { Vec::new() };
    let private = with_files && !(served.secrets_needed().is_empty() && wanted.is_empty());
    let _ = std::fs::remove_dir_all(&fresh);
    let mut writer = Writer::new(&fresh, private);
    let mut notes = Vec::new();
    let written = match arguments.target.system() {
        Some(system) => {
            let (files, told) = export::for_system(system, served.plan());
            notes = told;
            files.into_iter().try_for_each(|file| writer.put(file))
        }
        None if arguments.target == Target::Nginx => {
            export::for_nginx(&served, &mut |file| writer.put(file)).and_then(|told| {
                notes = told;
                let beside = certificates(&wanted, &project, &mut notes);
                beside.into_iter().try_for_each(|file| writer.put(file))
            })
        }
        None if with_files => export::files(&served, &mut |file| writer.put(file)),
        None => writer.put(export::plan_file(served.plan())),
    }
    .and_then(|()| {
        let mark = Exported { path: MARK.into(), bytes: b"written by prov build\n".to_vec() };
        writer.put(mark).and_then(|()| writer.flush())
    })
    .and_then(|()| put_in_place(&fresh, target));
    if written.is_err() {
        let _ = std::fs::remove_dir_all(&fresh);
    }
    written?;
    // The mark is ours.
    let count = writer.count - 1;
    if arguments.format == Format::Json {
        let notes: Vec<&str> = notes.iter().map(Note::text).collect();
        output::json(&json!({ "output": target, "files": count, "notes": notes }))?;
    } else if !global.quiet {
        notes.iter().for_each(|note| output::message(&format!("note: {note}\n")));
        output::message(&format!("{} in {}\n", output::count(count, "file"), target.display()));
    }
    Ok(Status::Clean)
}

/// Certificates and keys that lie beside the program; for one that does not, where it has to be put.
fn certificates(wanted: &[Wanted], project: &Project, notes: &mut Vec<Note>) -> Vec<Exported> {
    let mut found = Vec::new();
    for Wanted { path, from } in wanted {
        match std::fs::read(project.folder.join(from)) {
            Ok(bytes) => found.push(Exported { path: path.clone(), bytes }),
            Err(error) => notes.push(Note::new(format!("{from} is not copied ({}): put it at {path}", plain(&error)))),
        }
    }
    found
}

fn ours_to_write(target: &Path) -> Result<(), Failure> {
    let mut entries = match std::fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("cannot write to", target, &error)),
    };
    if entries.next().is_none() || target.join(MARK).is_file() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} is not empty, and was not written by prov build; name another folder, or empty this one",
        target.display()
    )))
}

/// The old folder steps aside only once the new one is whole.
fn put_in_place(fresh: &Path, target: &Path) -> Result<(), Failure> {
    let old = sibling(target, "old");
    let _ = std::fs::remove_dir_all(&old);
    let had = target.exists();
    if had {
        std::fs::rename(target, &old).map_err(|error| failed("cannot replace", target, &error))?;
    }
    if let Err(error) = std::fs::rename(fresh, target) {
        if had {
            let _ = std::fs::rename(&old, target);
        }
        return Err(failed("cannot write", target, &error));
    }
    let _ = std::fs::remove_dir_all(&old);
    Ok(())
}

fn sibling(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "build".into());
    target.with_file_name(format!(".{name}.{what}"))
}

pub(super) fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{what} {}: {}", path.display(), plain(error)))
}
