//! `prov new`

use super::documents::Created;
use super::project::plain;
use super::{Failure, Format, Global, Status, output};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder to make; it must not hold anything yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What a new project holds. The program is the quickstart, so it is checked by every test that reads that.
const FILES: [(&str, &str); 5] = [
    ("main.prov", include_str!("../../examples/quickstart/main.prov")),
    (".gitignore", ".prov/\n"),
    (".github/workflows/prov.yml", include_str!("new/github.yml")),
    (".gitlab-ci.yml", include_str!("new/gitlab.yml")),
    (".githooks/pre-commit", include_str!("new/pre-commit")),
];

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let folder = &arguments.folder;
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::new(format!("{} is not empty; name a new folder", folder.display())));
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        let parent = path.parent().map_or_else(|| folder.clone(), std::path::Path::to_path_buf);
        std::fs::create_dir_all(&parent)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| Failure::new(format!("cannot write {}: {}", path.display(), plain(&error))))?;
    }
    make_executable(&folder.join(".githooks/pre-commit"));
    if arguments.format == Format::Json {
        let files = FILES.iter().map(|(name, _)| *name).collect();
        output::json(&Created { folder, files })?;
    } else if !global.quiet {
        let shown = folder.display();
        output::message(&format!(
            "a project of two phones is in {shown}\n  prov check {shown}\n  prov serve {shown} --with-phones\n  \
             git config core.hooksPath .githooks      checks before each commit\n"
        ));
    }
    Ok(Status::Clean)
}

#[cfg(unix)]
fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755));
}

#[cfg(not(unix))]
fn make_executable(_: &std::path::Path) {}
