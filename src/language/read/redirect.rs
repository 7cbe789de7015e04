//! `redirect "PATH" to "URL"`: what has moved is said to be elsewhere.

use super::super::meant;
use super::super::program::Redirect;
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind};
use super::{At, Reader, Setting};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Scheme;
use crate::phone::rule::Url;

/// The statuses that phones follow, and the one that says nothing about tomorrow (PB §11.1).
const FOLLOWED: [i64; 2] = [301, 302];
const FOUND: u16 = 302;

impl Reader<'_> {
    /// `redirect [301|302] "PATH" to "URL"`.
    pub(super) fn redirect(&mut self, setting: &Setting<'_>, before: &[Redirect]) -> Option<Redirect> {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let (status, rest) = match exprs.split_first() {
            Some((first, rest)) if matches!(first.kind, ExprKind::Literal(Literal::Int(_))) => (Some(*first), rest),
            _ => (None, exprs.as_slice()),
        };
        let [from, word, to] = rest else {
            self.no_redirect(setting);
            return None;
        };
        if word.as_name() != Some("to") {
            self.no_redirect(setting);
            return None;
        }
        let status = status.map_or(Some(FOUND), |status| self.followed(status));
        let from = self.text(from).filter(|from| self.moved_path(from));
        let to = self.text(to).filter(|to| self.is_web(to));
        let (status, from, to) = (status?, from?, to?);
        if let Some(first) = before.iter().find(|first| first.from.value == from.value) {
            let message = format!("`{}` is sent to two places", from.value);
            let finding = Diagnostic::new(Code::P0202, from.span, message);
            self.report(finding.because("again here").label(first.from.span, "first here"));
            return None;
        }
        if from.value.ends_with('/') && !to.value.ends_with('/') {
            let finding = Diagnostic::new(Code::P0305, to.span, "what is a folder there is a file here")
                .because(format!("whatever stands behind `{}` is put behind this", from.value))
                .help(format!("write `\"{}/\"`, or a path that is one file's", to.value));
            self.report(finding);
            return None;
        }
        Some(Redirect { status, from, to })
    }

    fn no_redirect(&mut self, setting: &Setting<'_>) {
        let finding = Diagnostic::new(Code::P0101, setting.span, "a redirect is not written so");
        let finding = finding.because("what has moved stands first, then `to`, and the whole URL of where it is");
        let text = self.sources.text(setting.span.file);
        let line = text.get(setting.span.start as usize..).and_then(|rest| rest.lines().next());
        let help = meant::redirect(line.unwrap_or_default());
        self.report(finding.help(help).breaks());
    }

    fn followed(&mut self, expr: &Expr) -> Option<u16> {
        let status = self.int(expr, 100, 599)?;
        if !FOLLOWED.contains(&status) {
            let finding = Diagnostic::new(Code::P0910, expr.span, format!("phones do not follow {status}"))
                .because("of the statuses that redirect they know 301 and 302")
                .help("write 301 if it is for good, or leave the number out: 302 says nothing about the next time")
                .note("PB §11.1");
            self.report(finding);
            return None;
        }
        u16::try_from(status).ok()
    }

    /// A path as it stands in a request. Macros are the phone's to expand, before it asks.
    fn moved_path(&mut self, path: &At<String>) -> bool {
        let text = &path.value;
        if text.contains('*') {
            let (folder, _) = text.split_once('*').unwrap_or_default();
            let folder = folder.rfind('/').and_then(|at| folder.get(..=at)).unwrap_or("/");
            let finding = Diagnostic::new(Code::P0305, path.span, "a path of a redirect has no patterns")
                .because("one that ends with `/` is all below it, and what stands behind it is put behind the URL")
                .help(format!("write `\"{folder}\"`"));
            self.report(finding);
            return false;
        }
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
        let (why, help) = if !text.starts_with('/') {
            ("a path begins with `/`", Some(format!("write `\"/{}\"`", text.trim_start_matches("./"))))
        } else if text.contains('$') {
            let (folder, _) = text.split_once('$').unwrap_or_default();
            let folder = folder.rfind('/').and_then(|at| folder.get(..=at)).unwrap_or("/");
            (
                "a phone expands macros before it asks, so that none is ever asked for",
                Some(format!("write `\"{folder}\"`: it is for all below, and what stands behind it is kept")),
            )
        } else if text.contains(['?', '#']) || !text.chars().all(plain) {
            ("it is compared with what is asked for, as it is, without what follows a `?`", None)
        } else {
            return true;
        };
        let finding = Diagnostic::new(Code::P0305, path.span, "this cannot be the path of a request").because(why);
        self.report(match help {
            Some(help) => finding.help(help),
            None => finding,
        });
        false
    }

    /// Where a phone goes on: over http or https, to a host (PB §11.1).
    fn is_web(&mut self, to: &At<String>) -> bool {
        let fault = match Url::parse(&to.value) {
            _ if to.value.contains('*') => {
                Some("nothing is put in the place of `*`; what stands behind a folder is put behind this")
            }
            _ if to.value.contains('$') => Some("macros are not expanded in what a server answers"),
            Ok(url) if !matches!(url.scheme, Some(Scheme::Http | Scheme::Https)) => {
                Some("a phone follows to `http://` or `https://` and a host")
            }
            Ok(url) if url.host.is_none() => Some("the host is missing"),
            Ok(_) => None,
            Err((_, fault)) => Some(fault),
        };
        if let Some(fault) = fault {
            let finding = Diagnostic::new(Code::P0305, to.span, "no phone follows to this").because(fault);
            self.report(finding.help("write a whole URL: `\"https://prov.example.net/new/\"`"));
        }
        fault.is_none()
    }
}
