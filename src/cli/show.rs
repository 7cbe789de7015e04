//! `prov show`

use super::project::{self, Argument, Project};
use super::{Failure, Format, Global, Status, output, secrets};
use crate::phone::Mac;
use crate::plan::Secrets;
use crate::workflow::show;
use clap::Args;
use std::io::{IsTerminal, Write};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The phone's hardware address, in any usual spelling
    #[arg(value_name = "MAC", value_parser = mac)]
    mac: Mac,
    #[command(flatten)]
    project: Argument,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print one file as XML: a profile's name, `bootstrap`, or a path
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// With --file: the bytes as they are sent
    #[arg(long, requires = "file")]
    wire: bool,
}

/// Reads a hardware address for clap.
pub fn mac(text: &str) -> Result<Mac, String> {
    text.parse().map_err(|error: crate::phone::MacError| error.to_string())
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let project = Project::find(&arguments.project)?;
    let Some(served) = project::served(project.plan(0), global) else { return Ok(Status::Findings) };
    let mac = arguments.mac;
    let needed = served.phone(mac).map(|phone| served.secrets_of(phone)).unwrap_or_default();
    let (known, missing) = secrets::load(needed, &project);
    let real = missing.is_empty();
    let served = if real {
        served.with_secrets(known)
    } else {
        output::message(&format!("note: sizes and sums are those with stand-ins: {}\n", missing.join("; ")));
        served.with_secrets(Secrets::StandIn)
    };
    let unknown = || {
        let fleets: Vec<&str> = served.plan().fleets.iter().map(|fleet| fleet.id.as_str()).collect();
        Failure::new(format!("no fleet has the phone {mac}; the fleets are {}", fleets.join(", ")))
    };
    let view = show::view(&served, mac).ok_or_else(unknown)?;
    let Some(name) = &arguments.file else {
        match arguments.format {
            Format::Json => output::json(&view)?,
            Format::Human => output::result(&view.human()),
        }
        return Ok(Status::Clean);
    };
    let file = show::file_named(&served, mac, name).ok_or_else(|| {
        let names: Vec<String> = view.files.iter().map(|file| format!("{} ({})", file.profile, file.path)).collect();
        Failure::new(format!("{mac} fetches no file `{name}`; its files are {}", names.join(", ")))
    })?;
    if arguments.wire && real && served.tells_secrets(file) && std::io::stdout().is_terminal() {
        return Err(Failure::new(format!(
            "`{name}` as it is sent holds secrets in clear, which would stay on the screen; redirect it (`> FILE`), or \
             leave out --wire to see it with dots"
        )));
    }
    let mut bytes = Vec::new();
    if arguments.wire {
        served.render_wire(file, &mut bytes);
    } else {
        served.render_xml(file, &mut bytes);
    }
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(&bytes).and_then(|()| out.flush());
    Ok(Status::Clean)
}
