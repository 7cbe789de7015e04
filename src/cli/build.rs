//! `prov build`: written beside the target first, then put in its place in one step.

use super::documents::Built;
use super::project::{self, Argument, Project, plain};
use super::sink::Sink;
use super::{Failure, Format, Global, Status, archive, output, secrets};
use crate::export::{self, Exported, Note, System, Wanted};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Stands in every folder that this command wrote; a folder without it is not ours to replace.
pub(super) const MARK: &str = ".prov-build";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    project: Argument,
    /// The folder to write; a name that ends in `.tar` is one archive, `-` the same on standard output
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
    ours_to_write(target, arguments.format)?;
    let fresh = match archive::is_stdout(target) {
        true => target.clone(),
        false => beside(target)?,
    };
    // Some files hold the secrets in clear, and which ones is the program's to change.
    let wanted = if arguments.target == Target::Nginx { export::wanted_by_nginx(served.plan()) } else { Vec::new() };
    let private = with_files && !(served.secrets_needed().is_empty() && wanted.is_empty());
    discard(&fresh);
    let mut writer = Sink::new(target, &fresh, private)?;
    // First, so that an archive is known by its beginning.
    writer.put(Exported { path: MARK.into(), bytes: b"written by prov build\n".to_vec() })?;
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
        None if with_files => writer.files(&served),
        None => writer.put(export::plan_file(served.plan())),
    }
    .and_then(|()| writer.finish())
    .and_then(|count| put_in_place(&fresh, target).map(|()| count));
    if written.is_err() {
        discard(&fresh);
    }
    // The mark is ours.
    let count = written? - 1;
    if arguments.format == Format::Json {
        let notes: Vec<&str> = notes.iter().map(Note::text).collect();
        output::json(&Built { output: target, files: count, notes })?;
    } else if !global.quiet {
        notes.iter().for_each(|note| output::message(&format!("note: {note}\n")));
        let place = match archive::is_stdout(target) {
            true => "the archive".into(),
            false => target.display().to_string(),
        };
        output::message(&format!("{} in {place}\n", output::count(count, "file")));
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

fn ours_to_write(target: &Path, format: Format) -> Result<(), Failure> {
    if archive::is_stdout(target) {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stdout());
        return match (terminal, format) {
            (true, _) => Err(Failure::new("an archive is not for a terminal; write `prov build -o - | tar -x`")),
            (_, Format::Json) => Err(Failure::new("standard output has the archive; leave out --format json")),
            _ => Ok(()),
        };
    }
    if archive::is_archive(target) && target.is_file() {
        return match archive::is_ours(target) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::new(format!(
                "{} was not written by prov build; name another file, or remove this one",
                target.display()
            ))),
            Err(error) => Err(failed("cannot read", target, &error)),
        };
    }
    folder_is_ours(target, MARK, "prov build")
}

/// A folder is only replaced where it is empty, or the command wrote it itself.
pub(super) fn folder_is_ours(target: &Path, mark: &str, command: &str) -> Result<(), Failure> {
    let mut entries = match std::fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("cannot write to", target, &error)),
    };
    if entries.next().is_none() || target.join(mark).is_file() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} is not empty, and was not written by {command}; name another folder, or empty this one",
        target.display()
    )))
}

/// Where something is written before it is whole: beside its place, in a folder that is made if need be.
pub(super) fn beside(target: &Path) -> Result<PathBuf, Failure> {
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|error| failed("cannot make", parent, &error))?;
    let fresh = sibling(target, "new");
    super::unfinished::register(fresh.clone());
    Ok(fresh)
}

/// What a run that was broken off left behind.
pub(super) fn discard(fresh: &Path) {
    if !archive::is_stdout(fresh) {
        let _ = std::fs::remove_dir_all(fresh);
        let _ = std::fs::remove_file(fresh);
    }
}

/// The old folder steps aside only once the new one is whole. A file takes the place of another in one step.
pub(super) fn put_in_place(fresh: &Path, target: &Path) -> Result<(), Failure> {
    if archive::is_stdout(target) {
        return Ok(());
    }
    if archive::is_archive(target) {
        return std::fs::rename(fresh, target).map_err(|error| failed("cannot write", target, &error));
    }
    super::unfinished::put(|| replaced(fresh, target))
}

fn replaced(fresh: &Path, target: &Path) -> Result<(), Failure> {
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

pub(super) fn sibling(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "build".into());
    target.with_file_name(format!(".{name}.{what}"))
}

pub(super) fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{what} {}: {}", path.display(), plain(error)))
}
