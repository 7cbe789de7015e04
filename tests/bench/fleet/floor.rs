//! What writing many files costs at least: those of a folder are read into memory, and then only made anew elsewhere, as
//! they are, on as many threads as there are cores. Prints the seconds of the writing. `floor FROM TO`

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else { panic!("floor FROM TO") };
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    collect(&from, &to, &mut folders, &mut files)?;
    let begun = Instant::now();
    folders.iter().try_for_each(fs::create_dir_all)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for part in files.chunks(files.len().div_ceil(threads).max(1)) {
            scope.spawn(move || part.iter().for_each(|(path, octets)| fs::write(path, octets).expect("written")));
        }
    });
    println!("{}", begun.elapsed().as_secs_f64());
    Ok(())
}

fn collect(from: &Path, to: &Path, folders: &mut Vec<PathBuf>, files: &mut Vec<(PathBuf, Vec<u8>)>) -> std::io::Result<()> {
    folders.push(to.to_owned());
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &target, folders, files)?;
        } else {
            files.push((target, fs::read(entry.path())?));
        }
    }
    Ok(())
}
