//! `firmware`: a release, by its loads; and `upgrade` in a fleet, which says where its phones go.

use super::super::form;
use super::super::names::Decl;
use super::super::program::{At, Directory, Firmware, Load, Upgrade};
use super::super::settings::{Schema, Setting, only_settings};
use super::super::syntax::tree::{Block, Expr};
use super::super::value::{Value, Wait};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic, Span, closest};

pub(super) const FIRMWARE: Schema = Schema { what: "firmware", words: &[("load", 3), ("release", 1), ("after", 1)] };

pub(super) const UPGRADE: Schema =
    Schema { what: "upgrade block", words: &[("to", 1), ("fetch", 2), ("retry", 1), ("not", 2), ("when", 1)] };

impl Reader<'_> {
    pub(super) fn firmware(&mut self, decl: &Decl) -> Firmware {
        let mut firmware = Firmware { name: at_name(&decl.name), release: None, loads: Vec::new(), after: Vec::new() };
        let mut said_anything = false;
        for setting in only_settings(&decl.body, &FIRMWARE, &mut self.findings) {
            match setting.word.text.as_str() {
                "load" => {
                    said_anything = true;
                    firmware.loads.extend(self.load(&setting));
                }
                "release" => {
                    said_anything = true;
                    self.once(&firmware.release, &setting);
                    self.surplus(&setting, 1);
                    firmware.release = setting.expr(0).and_then(|expr| self.text(expr));
                }
                _ => {
                    for name in self.list(&setting) {
                        let before = self.findings.len();
                        firmware.after.extend(self.named(name, "firmware", |reader| &reader.firmware));
                        self.not_itself(before, &decl.name.text);
                    }
                }
            }
        }
        if !said_anything {
            let message = format!("firmware `{}` has no load", decl.name.text);
            self.report(
                Diagnostic::new(Code::P0212, decl.name.span, message)
                    .because("a phone upgrades to a file, and this names none")
                    .help(
                        "add `release \"11.3(7)\"` with `use cisco.firmware`, or `load \"FILE.loads\" for \"MODEL\"`",
                    ),
            );
        }
        firmware
    }

    /// A release does not come after itself: the nearest name is another one's.
    fn not_itself(&mut self, before: usize, own: &str) {
        let itself = format!("did you mean `{own}`?");
        for finding in self.findings.iter_mut().skip(before).filter(|finding| finding.help.as_ref() == Some(&itself)) {
            let others = self.firmware.keys().map(String::as_str).filter(|name| *name != own);
            let written = finding.message.split('`').nth(1).unwrap_or_default();
            finding.help = closest(written, others).map(|other| format!("did you mean `{other}`?"));
        }
    }

    /// `load "FILE" for "MODEL", "MODEL"`.
    fn load(&mut self, setting: &Setting<'_>) -> Option<Load> {
        let mut exprs = setting.exprs();
        let file = exprs.next().and_then(|expr| self.text(expr));
        if exprs.next().and_then(Expr::as_name) != Some("for") {
            let finding = Diagnostic::new(Code::P0101, setting.span, "`load` is not written so");
            self.report(
                finding.help("write `load \"sip88xx.11-3-1MPP-697.loads\" for \"CP-8841-3PCC\", \"CP-8851-3PCC\"`"),
            );
            return None;
        }
        let models = exprs.filter_map(|expr| self.text(expr)).collect();
        Some(Load { file: file?, models })
    }

    pub(super) fn upgrade(&mut self, block: &Block, place: Span, named: &mut Vec<At<usize>>) -> Option<Upgrade> {
        let (mut to, mut fetch, mut retry, mut floor, mut when) = (None, None, None, None, None);
        let mut said: Vec<String> = Vec::new();
        for setting in only_settings(block, &UPGRADE, &mut self.findings) {
            said.push(setting.word.text.clone());
            let words = setting.words();
            match (setting.word.text.as_str(), words.as_slice()) {
                ("to", _) => {
                    self.once(&to, &setting);
                    self.surplus(&setting, 1);
                    let name = setting.expr(0);
                    to = name.and_then(|name| self.firmware_named(name));
                }
                ("fetch", _) => {
                    self.once(&fetch, &setting);
                    fetch = self.directory(&setting);
                }
                ("retry", _) => {
                    self.once(&retry, &setting);
                    retry = self.schedule(&setting).map(|value: Vec<Wait>| At { value, span: setting.span });
                }
                ("not", ["below", _]) => {
                    self.once(&floor, &setting);
                    let name = setting.after("below");
                    floor = name.and_then(|name| self.named(name, "firmware", |reader| &reader.firmware));
                }
                ("when", _) => {
                    self.once(&when, &setting);
                    self.surplus(&setting, 1);
                    when = setting.expr(0).and_then(|expr| self.condition(expr));
                }
                (word, _) => {
                    let finding = Diagnostic::new(Code::P0101, setting.span, format!("`{word}` is not written so"));
                    let finding = finding.because(
                        "an upgrade block has `to R`, `fetch http \"/DIR\"`, `retry S`, `not below R`, `when C`",
                    );
                    let form = form::written_as("upgrade block", word, self.sources.slice(setting.span));
                    self.report(match form {
                        Some(form) => finding.help(format!("write `{form}`")),
                        None => finding,
                    });
                }
            }
        }
        for (word, help) in
            [("to", "add `to NAME`, a firmware of the program"), ("fetch", "add `fetch http \"/firmware\"`")]
        {
            if !said.iter().any(|known| known == word) {
                let message = format!("this upgrade has no `{word}`");
                self.report(Diagnostic::new(Code::P0212, place, message).help(help));
            }
        }
        named.extend([&to, &floor].into_iter().flatten().cloned());
        Some(Upgrade { to: to?, fetch: fetch?, retry, floor, when })
    }

    /// What `to` names: a firmware of the program, and not a release by its number.
    fn firmware_named(&mut self, expr: &Expr) -> Option<At<usize>> {
        let before = self.findings.len();
        let found = self.named(expr, "firmware", |reader| &reader.firmware);
        let text = expr.as_text().unwrap_or_else(|| self.sources.slice(expr.span).to_owned());
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '(' | ')' | '-');
        let release = text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(plain);
        // A firmware of a like name is what was meant.
        if let Some(told) = self.findings.get_mut(before..).and_then(<[_]>::first_mut)
            && release
            && told.help.is_none()
        {
            let written = vendors_spelling(&text).unwrap_or(text);
            told.help = Some(format!("declare it, `firmware NAME {{ release \"{written}\" }}`, and write `to NAME`"));
        }
        found
    }

    /// `http [on SERVER] "/DIR"`.
    fn directory(&mut self, setting: &Setting<'_>) -> Option<Directory> {
        let scheme = self.scheme(setting.expr(0)?)?;
        let server = match setting.after("on") {
            Some(name) => Some(self.named(name, "server", |reader| &reader.servers)?.value),
            None => None,
        };
        let position = if server.is_some() { 3 } else { 1 };
        self.surplus(setting, position + 1);
        let expr = setting.expr(position)?;
        let path = self.typed(expr, "string", |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })?;
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '$' | '|' | '"' | '\\' | '[' | ']' | '(' | ')' | '?');
        if !path.value.starts_with('/') || !path.value.chars().all(plain) {
            let finding = Diagnostic::new(Code::P0509, expr.span, "this is no folder of a server");
            let mut finding =
                finding.because("a path that begins with `/`, without blanks and without what a rule reads as its own");
            finding.help = folder_of(&path.value).filter(|folder| folder.chars().all(plain)).map(|folder| {
                let server =
                    if path.value.contains("://") { "; another server is told by `on SERVER` before it" } else { "" };
                format!("write `\"{folder}\"`{server}")
            });
            self.report(finding);
            return None;
        }
        if let Some((folder, file)) = path.value.rsplit_once('/').filter(|(_, file)| file.ends_with(".loads")) {
            let folder = if folder.is_empty() { "/" } else { folder };
            let finding = Diagnostic::new(Code::P0509, expr.span, "this is a load, and no folder of a server");
            let why = format!("`{file}` follows from the release and the model: the folder is what stands here");
            self.report(finding.because(why).help(format!("write `\"{folder}\"`")));
            return None;
        }
        let scheme = At { value: scheme, span: setting.expr(0)?.span };
        Some(Directory { scheme, server, path })
    }
}

/// The folder that was meant by a path without its first `/`, or by a whole URL.
fn folder_of(path: &str) -> Option<String> {
    let folder = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, folder)| folder),
        None => path.trim_start_matches("./"),
    };
    (!path.starts_with('/')).then(|| format!("/{folder}"))
}

/// `11.3.7` as the releases' own names have it: `11.3(7)`.
fn vendors_spelling(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [major, minor, last] if parts.iter().all(|part| part.parse::<u16>().is_ok()) => {
            Some(format!("{major}.{minor}({last})"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_from_what_was_written_for_it() {
        for (path, folder) in [
            ("firmware", Some("/firmware")),
            ("./firmware/88xx", Some("/firmware/88xx")),
            ("http://prov/firmware", Some("/firmware")),
            ("http://prov", Some("/")),
            ("/firm ware", None),
        ] {
            assert_eq!(folder_of(path).as_deref(), folder, "{path}");
        }
        assert_eq!(vendors_spelling("11.3.7").as_deref(), Some("11.3(7)"));
        assert_eq!((vendors_spelling("11.3(7)"), vendors_spelling("11.3.x")), (None, None));
    }
}
