//! Releases of firmware as the standard library's `cisco.firmware` declares them.

use super::declared::items;
use super::load::{LoadName, ReleaseOrder};
use crate::language::syntax::tree::{Argument, Block, Head, ItemKind, StatementKind};
use std::sync::LazyLock;

/// `stdlib/cisco/firmware.prov`.
const FIRMWARE: &str = include_str!("../../stdlib/cisco/firmware.prov");

static CISCO_FIRMWARE: LazyLock<Releases> = LazyLock::new(|| Releases::read(FIRMWARE));

/// The releases of a platform, oldest first.
#[derive(Debug, Default)]
pub struct Releases {
    releases: Vec<Release>,
}

/// One release: one load for each family of phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// `11.3(1)SR2`.
    pub name: String,
    pub order: ReleaseOrder,
    pub loads: Vec<ReleaseLoad>,
    /// Models for which it exists, under a name that no text gives.
    pub unnamed: Vec<String>,
}

/// A load of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseLoad {
    /// The file. Names of the 8831 are of another form.
    pub file: String,
    /// The same, where it can be compared with others.
    pub name: Option<LoadName>,
    pub models: Vec<String>,
    /// The oldest release from which the step to it is possible.
    pub after: Option<String>,
    /// What the release notes tell of the step to it, and back to it.
    pub upgrade: Option<String>,
    pub downgrade: Option<String>,
}

impl Releases {
    /// The Cisco multiplatform phones.
    pub fn cisco() -> &'static Releases {
        &CISCO_FIRMWARE
    }

    /// The same, not yet read.
    pub fn cisco_when_asked() -> &'static LazyLock<Releases> {
        &CISCO_FIRMWARE
    }

    fn read(text: &str) -> Releases {
        let mut releases: Vec<Release> = items(text).filter_map(|item| release(&item)).collect();
        releases.sort_by_key(|release| release.order);
        Releases { releases }
    }

    pub fn all(&self) -> &[Release] {
        &self.releases
    }

    pub fn release(&self, name: &str) -> Option<&Release> {
        self.releases.iter().find(|release| release.name == name)
    }

    /// Every load for a model, oldest first.
    pub fn for_model<'r>(&'r self, model: &'r str) -> impl Iterator<Item = &'r ReleaseLoad> {
        self.releases.iter().filter_map(move |release| release.load_for(model))
    }

    /// The load for a model that a version (`$SWVER`) names, or that of the same release where the build is another one: of
    /// both the same is told.
    pub fn like<'r>(&'r self, model: &'r str, version: &str) -> Option<&'r ReleaseLoad> {
        let file = format!("{version}.loads");
        let exact = self.for_model(model).find(|known| known.file == file);
        exact.or_else(|| {
            let order = file.parse::<LoadName>().ok()?.order();
            self.for_model(model).find(|known| known.name.as_ref().is_some_and(|name| name.order() == order))
        })
    }

    /// The release that a file belongs to.
    pub fn of_file(&self, file: &str) -> Option<&Release> {
        self.releases.iter().find(|release| release.loads.iter().any(|load| load.file == file))
    }
}

impl Release {
    pub fn load_for(&self, model: &str) -> Option<&ReleaseLoad> {
        self.loads.iter().find(|load| load.models.iter().any(|known| known == model))
    }
}

impl Releases {
    /// The page about a release or a load, for `prov explain`.
    pub fn explain(&self, topic: &str) -> Option<String> {
        // `11.3.7` is how phones and people write `11.3(7)`.
        let dotted = || {
            let (line, last) = topic.rsplit_once('.')?;
            let digits = last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len());
            let (number, rest) = last.split_at(digits);
            let name = format!("{line}({number}){rest}");
            self.releases.iter().find(|release| release.name.eq_ignore_ascii_case(&name))
        };
        let release = self.release(topic).or_else(dotted).or_else(|| self.of_file(topic)).or_else(|| {
            // `$SWVER` says a load without its ending.
            self.of_file(&format!("{topic}.loads"))
        })?;
        Some(release.page())
    }
}

impl Release {
    /// The page that `prov explain` prints.
    pub fn page(&self) -> String {
        let mut text = format!("release {}\n", self.name);
        let mut row = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {value}\n"));
        for load in &self.loads {
            row("load", &load.file);
            row("for", &load.models.join(", "));
            let said = [("after", &load.after), ("upgrade", &load.upgrade), ("downgrade", &load.downgrade)];
            said.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).for_each(|(n, v)| row(n, v));
        }
        if !self.unnamed.is_empty() {
            row("unnamed", &format!("{} (the release exists, its load's name is not known)", self.unnamed.join(", ")));
        }
        text
    }
}

fn release(item: &ItemKind) -> Option<Release> {
    let ItemKind::Block { word, heads, body } = item else { return None };
    let Some(Head::Text(name)) = heads.first().filter(|_| word.text == "release") else { return None };
    let name = name.as_text()?;
    let mut release = Release { order: name.parse().ok()?, name, loads: Vec::new(), unnamed: Vec::new() };
    for statement in &body.statements {
        let StatementKind::Setting { word, groups } = &statement.kind else { continue };
        let arguments = || groups.iter().flatten();
        let mut texts: Vec<String> = arguments().filter_map(text).collect();
        match word.text.as_str() {
            "unnamed" => release.unnamed.extend(texts),
            "load" if !texts.is_empty() => {
                let file = texts.remove(0);
                let block = arguments().find_map(|argument| match argument {
                    Argument::Block(block) => Some(block),
                    Argument::Expr(_) => None,
                });
                let said = |word: &str| block.and_then(|block| setting(block, word));
                release.loads.push(ReleaseLoad {
                    name: file.parse().ok(),
                    file,
                    models: texts,
                    after: said("after"),
                    upgrade: said("upgrade"),
                    downgrade: said("downgrade"),
                });
            }
            _ => {}
        }
    }
    Some(release)
}

fn text(argument: &Argument) -> Option<String> {
    match argument {
        Argument::Expr(expr) => expr.as_text(),
        Argument::Block(_) => None,
    }
}

fn setting(block: &Block, wanted: &str) -> Option<String> {
    block.statements.iter().find_map(|statement| match &statement.kind {
        StatementKind::Setting { word, groups } if word.text == wanted => groups.iter().flatten().find_map(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;
    use crate::diagnostic::FileId;
    use crate::language::syntax::parse;

    #[test]
    fn every_release_of_the_module_is_read() {
        let (file, findings) = parse(FileId(0), FIRMWARE);
        assert_eq!(findings.len(), 0);
        let releases = Releases::cisco();
        assert_eq!(releases.all().len(), file.items.len());
        assert!(releases.all().iter().all(|release| !release.loads.is_empty() || !release.unnamed.is_empty()));
    }

    #[test]
    fn a_load_is_of_the_release_that_lists_it() {
        let of_form = Releases::cisco().all().iter().flat_map(|release| {
            release.loads.iter().filter_map(move |load| Some((release, load, load.name.as_ref()?)))
        });
        for (release, load, name) in of_form {
            assert_eq!(name.order(), release.order, "{}", load.file);
        }
    }

    #[test]
    fn loads_fit_their_models() {
        let catalogue = Catalogue::cisco_mpp();
        for load in Releases::cisco().all().iter().flat_map(|release| &release.loads) {
            for model in &load.models {
                let known = catalogue.model(model).unwrap_or_else(|| panic!("{model}"));
                // The 6821 was once of the 6800 family, and the 6861 once had one of its own.
                let series = load.file.starts_with(&known.load) || known.family == "6800";
                assert!(series, "{} for {model}", load.file);
            }
        }
    }

    #[test]
    fn what_must_run_before_is_a_release_with_a_load() {
        let releases = Releases::cisco();
        for load in releases.all().iter().flat_map(|release| &release.loads) {
            let Some(after) = &load.after else { continue };
            let before = releases.release(after).unwrap_or_else(|| panic!("{after}"));
            for model in &load.models {
                assert!(before.load_for(model).is_some(), "{} after {after}", load.file);
            }
        }
    }
}
