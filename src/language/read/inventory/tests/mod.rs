//! Whole programs with a data file, and what is found in it.

mod faults;
mod formats;
mod hostile;
mod rows;

use crate::diagnostic::{Code, Diagnostic, Palette, render};
use crate::language::{Checked, MemoryFiles, Phones, check, load, locate, resolve};

/// Reads `file`, named `desks.EXTENSION`, by the columns.
fn read(extension: &str, columns: &str, file: impl AsRef<[u8]>) -> (Phones, Vec<String>) {
    let (phones, findings) = findings(extension, columns, file);
    // That a file lacks a column which need not be there has tests of its own.
    let told = findings.iter().filter(|finding| finding.code != Code::P0312);
    (phones, told.map(|finding| format!("{}: {}", finding.code, finding.message)).collect())
}

fn findings(extension: &str, columns: &str, file: impl AsRef<[u8]>) -> (Phones, Vec<Diagnostic>) {
    let program = format!(
        "use cisco.mpp\ninventory desks from \"desks.{extension}\" {{\n{columns}\n}}\nserver s {{ address 10.0.0.1  http {{ }} }}\n\
         profile p {{ fetch http \"/$MA.cfg\" }}\nfleet f {{\n  server s  profiles p\n  phones desks\n}}\n"
    );
    let mut files = MemoryFiles::single(program);
    files.0.insert(format!("desks.{extension}"), file.as_ref().to_vec());
    let Checked { program, mut findings, data, mut sources, .. } = check(resolve(load(&files, "main.prov")), &files);
    locate(&data, &files, &mut sources, &mut findings);
    // Whatever a file holds, what is found in it can be shown.
    findings.iter().for_each(|finding| drop(render(finding, &sources, Palette::Plain)));
    let phones = program.fleets.into_iter().next().map(|fleet| fleet.phones).unwrap_or_default();
    (phones, findings)
}

const COLUMNS: &str =
    "  mac : mac\n  model : model\n  extension : digits(3..5)\n  role : \"desk\" | \"lab\" = \"desk\"";

/// A cell for each of the formats, in the columns above.
fn cells(phones: &Phones, name: &str) -> Vec<Option<String>> {
    let (_, column) = phones.column(name).expect(name);
    column.cells.iter().map(|cell| cell.map(str::to_owned)).collect()
}
