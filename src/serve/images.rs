//! Firmware files on disk. What is asked for is a name; what lies behind it is a regular file inside the folder, or nothing.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// The folder of a program, in which its servers' images lie.
#[derive(Clone, Debug, Default)]
pub struct Images(Option<Arc<PathBuf>>);

/// A firmware file, open.
#[derive(Debug)]
pub struct Image {
    pub file: Arc<File>,
    pub size: u64,
    /// Of size and time of its last change: what changes in place is another.
    pub tag: String,
}

impl Images {
    /// None: nothing is read.
    pub fn new(program: Option<PathBuf>) -> Self {
        Images(program.map(Arc::new))
    }

    /// The file of this name in a folder of the program. A link may lead to another place in the folder, and no further;
    /// a pipe or a device would be read for ever.
    pub async fn open(&self, folder: &str, name: &str) -> Option<Image> {
        let folder = self.0.as_ref()?.join(folder);
        let name = name.to_owned();
        tokio::task::spawn_blocking(move || open(&folder, &name).ok().flatten()).await.ok().flatten()
    }
}

fn open(folder: &Path, name: &str) -> io::Result<Option<Image>> {
    let folder = fs::canonicalize(folder)?;
    let path = fs::canonicalize(folder.join(name))?;
    if !path.starts_with(&folder) || !fs::metadata(&path)?.is_file() {
        return Ok(None);
    }
    let file = File::open(&path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(None);
    }
    let changed = about.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let size = about.len();
    Ok(Some(Image { file: Arc::new(file), size, tag: format!("\"{size:x}-{changed:x}\"") }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Scheme;
    use crate::plan::{RuleText, Served, Template, Upgrade};
    use crate::serve::tests::program::plan;

    #[tokio::test]
    async fn only_files_of_the_folder_are_opened() {
        let program = tempfile::tempdir().expect("a folder");
        let at = |name: &str| program.path().join(name);
        fs::create_dir_all(at("images/sub")).expect("a folder");
        fs::write(at("images/x.loads"), "load").expect("a file");
        fs::write(at("main.prov"), "secret").expect("a file");
        fs::write(at("images/sub/y"), "y").expect("a file");
        std::os::unix::fs::symlink(at("main.prov"), at("images/out")).expect("a link");
        std::os::unix::fs::symlink("x.loads", at("images/in")).expect("a link");
        std::os::unix::fs::symlink("loop", at("images/loop")).expect("a link");
        let images = Images::new(Some(program.path().to_owned()));
        for (name, size) in [
            ("x.loads", Some(4)),
            ("in", Some(4)),
            ("out", None),
            ("loop", None),
            ("sub", None),
            ("../main.prov", None),
            ("/etc/passwd", None),
            ("none", None),
            ("x\0y", None),
        ] {
            assert_eq!(images.open("images", name).await.map(|image| image.size), size, "{name:?}");
        }
        assert!(images.open("none", "x.loads").await.is_none());
        assert!(Images::default().open("images", "x.loads").await.is_none());
        let first = images.open("images", "x.loads").await.expect("is there").tag;
        fs::write(at("images/x.loads"), "other").expect("a file");
        assert_ne!(images.open("images", "x.loads").await.expect("is there").tag, first);
    }

    #[test]
    fn a_firmware_file_is_a_name_in_a_place_that_phones_are_led_to() {
        let mut plan = plan();
        assert_eq!(Served::new(plan.clone()).image(0, "/fw/x.loads"), None);
        let upgrade = |directory: &str| Upgrade {
            server: 0,
            scheme: Scheme::Http,
            directory: directory.into(),
            loads: vec![],
            target: None,
        };
        plan.fleets[0].upgrade = Some(upgrade("/fw"));
        let served = Served::new(plan.clone());
        for (path, name) in [
            ("/fw/x.loads", Some("x.loads")),
            ("/fw/..x", None),
            ("/fw/..", None),
            ("/fw/.", None),
            ("/fw/", None),
            ("/fw", None),
            ("/fw/sub/x.loads", None),
            ("/fw/../x.loads", None),
            ("//fw/x.loads", None),
            ("/fw/a\\b", None),
            ("/fw/c:x", None),
            ("/fw/a\nb", None),
            ("/x.loads", None),
            ("", None),
        ] {
            assert_eq!(served.image(0, path), name, "{path:?}");
        }
        assert_eq!(served.image(1, "/fw/x.loads"), None);
        plan.fleets[0].upgrade = Some(upgrade(""));
        assert_eq!(Served::new(plan.clone()).image(0, "/x.loads"), Some("x.loads"));

        // A rule by hand leads somewhere as well.
        plan.fleets[0].upgrade = None;
        let rule = |text: &str| RuleText { parameter: "Upgrade_Rule".into(), text: Template::text(text) };
        plan.fleets[0].rules = vec![rule(
            "($SWVER lt 12.0.1)? http://prov.lab.example/fw/a.loads | ($SWVER lt 13.0.1)? http://other.example/else/b.loads",
        )];
        let served = Served::new(plan);
        assert_eq!(served.image(0, "/fw/a.loads"), Some("a.loads"));
        assert_eq!(served.image(0, "/fw/part.sbn"), Some("part.sbn"));
        assert_eq!(served.image(0, "/else/b.loads"), None);
    }
}
