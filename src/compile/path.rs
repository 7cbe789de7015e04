//! Fetch paths: text, what is known of each phone, and macro variables that the phone expands.

use super::Compiler;
use super::columns::Columns;
use super::misfit::at_cell;
use crate::diagnostic::{Code, Diagnostic, Span, closest};
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::language::{Time, time_of};
use crate::plan::{Macro, Piece, Template};

/// What phones do at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Fetched,
    Sent,
}

impl Compiler<'_> {
    /// The template of a path that phones fetch from, or nothing when it has a finding.
    pub(super) fn path(&mut self, expr: &Expr, columns: &mut Columns<'_>) -> Option<Template> {
        self.path_of(Way::Fetched, expr, columns)
    }

    /// The same of a path that phones send to: no file lies there, so it may hold all that a phone knows of itself.
    pub(super) fn path_to_send(&mut self, expr: &Expr, columns: &mut Columns<'_>) -> Option<Template> {
        self.path_of(Way::Sent, expr, columns)
    }

    fn path_of(&mut self, way: Way, expr: &Expr, columns: &mut Columns<'_>) -> Option<Template> {
        let ExprKind::Text(parts) = &expr.kind else {
            let finding = Diagnostic::new(Code::P0301, expr.span, "a path is written as a string");
            self.report(finding.help("such as \"/phones/$MA.cfg\""));
            return None;
        };
        let before = self.findings.len();
        let mut template = Template::default();
        for (part, next) in parts.iter().zip(parts.iter().skip(1).map(Some).chain([None])) {
            match part {
                // A shell writes `${PSN}`: the sign goes with what stands in the braces.
                TextPart::Text(text) if matches!(next, Some(TextPart::Hole(hole)) if self.is_faulty(hole)) => {
                    self.path_text(way, text.strip_suffix('$').unwrap_or(text), expr, &mut template);
                }
                TextPart::Text(text) => self.path_text(way, text, expr, &mut template),
                TextPart::Hole(hole) if self.is_faulty(hole) => {
                    self.macro_in_braces(hole);
                    return None;
                }
                TextPart::Hole(hole) if time_of(hole) <= Time::Phone => {
                    for piece in self.pieces(hole, &[], columns)? {
                        if piece.is_secret() {
                            let finding = Diagnostic::new(Code::P0403, hole.span, "a secret would stand in a URL");
                            self.report(finding.because("URLs are logged, cached and shown everywhere"));
                            return None;
                        }
                        template.push(piece);
                    }
                }
                TextPart::Hole(hole) => {
                    let finding = Diagnostic::new(Code::P0401, hole.span, "this is not known when the path is made");
                    self.report(finding.help("a macro stands in the text itself: \"/$MA.cfg\""));
                }
            }
        }
        let fault = match template.pieces().first() {
            Some(Piece::Text(text)) if text.starts_with('/') => None,
            _ => Some(("a path begins with `/`", "without it the phone reads the first part as a host (RS §7)")),
        };
        if let Some((message, why)) = fault {
            let finding = Diagnostic::new(Code::P0509, expr.span, message).because(why);
            let url = matches!(template.pieces().first(), Some(Piece::Text(text)) if text.contains("://"));
            self.report(match url {
                true => finding.help("write the path alone: scheme, host and port come from `fetch` and the server"),
                false => match expr.as_text() {
                    Some(text) => finding.help(format!("write `\"/{text}\"`")),
                    None => finding,
                },
            });
        }
        self.path_cells(&template, expr.span, columns);
        (self.findings.len() == before).then_some(template)
    }

    /// `{PSN}`: what stands in braces is the program's own.
    fn macro_in_braces(&mut self, hole: &Expr) {
        let Some(name) = hole.as_name().filter(|name| Macro::from_name(name).is_some()) else { return };
        let found = self.findings.iter_mut().filter(|finding| finding.code == Code::P0201);
        for finding in found.filter(|finding| finding.span() == hole.span) {
            finding.help = Some(format!("in a path it is a macro of the phone: write `${name}`, without the braces"));
        }
    }

    /// A cell of an inventory stands in a URL, and so in a rule: what would end either there is refused (RS §2, §7).
    fn path_cells(&mut self, template: &Template, span: Span, columns: &Columns<'_>) {
        for piece in template.pieces() {
            let Piece::Column(column) = piece else { continue };
            let bad = (0..columns.table.len())
                .map(|row| (row, columns.table.cell(*column, row)))
                .find(|(_, cell)| cell.is_empty() || !cell.bytes().all(fits_path) || matches!(*cell, "." | ".."));
            if let Some((row, cell)) = bad {
                let mac = columns.table.macs.get(row).map(ToString::to_string).unwrap_or_default();
                let why = format!("{mac} would ask for it; in a rule a blank, `|` or `$` in it means something else");
                let name = columns.table.columns.get(*column).map(|column| column.name.as_str());
                let name = name.filter(|name| columns.phones.column(name).is_some());
                let finding = Diagnostic::new(Code::P0509, span, format!("\"{cell}\" cannot stand in a path"));
                let finding = at_cell(finding, columns.phones.place(row, name), &why)
                    .help("name the file after `$MA`, or after a column of letters and digits");
                self.report(finding);
            }
        }
    }

    fn path_text(&mut self, way: Way, text: &str, expr: &Expr, template: &mut Template) {
        let span = expr.span;
        if let Some(bad) = text.chars().find(|c| *c != '$' && !u8::try_from(*c).is_ok_and(fits_path)) {
            let finding =
                Diagnostic::new(Code::P0509, span, format!("`{}` cannot stand in a path", bad.escape_debug()))
                    .because("in a rule it would end the URL (RS §7)");
            self.report(match u8::try_from(bad) {
                Ok(b'?') => finding.help("name the file by its path alone: what stands behind `?` names no file"),
                Ok(octet) => finding.help(format!("leave it out, or write `%{octet:02X}`")),
                Err(_) => finding,
            });
            // Where it begins is judged all the same.
            template.push(Piece::Text(text.to_owned()));
            return;
        }
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            template.push(Piece::Text(before.to_owned()));
            let from = from.get(1..).unwrap_or("");
            if let Some(inner) = from.strip_prefix('(').filter(|inner| !inner.contains(')')) {
                self.unclosed_macro(inner, span);
                rest = from;
                break;
            }
            let (name, after) = match from.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                Some((name, after)) => (name, after),
                None => {
                    let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
                    from.split_at(end)
                }
            };
            rest = after;
            match Macro::from_name(name) {
                Some(known) => template.push(Piece::Macro(known)),
                None => match self.catalogue.macro_info(name).filter(|_| way == Way::Sent) {
                    Some(info) => {
                        if self.has_value(&info, name, span, "a report's URL") {
                            template.push(Piece::Text(format!("$({name})")));
                        }
                    }
                    None => self.unknown_macro(name, span),
                },
            }
        }
        template.push(Piece::Text(rest.to_owned()));
    }

    /// `$(PSN.xml`.
    fn unclosed_macro(&mut self, inner: &str, span: Span) {
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let name = inner.get(..end).unwrap_or_default();
        let finding = Diagnostic::new(Code::P0208, span, format!("`$({name}` has no `)`"));
        let finding = finding.because("the phone would ask for it literally");
        self.report(finding.help(format!("write `$({name})`")).note("RS §2"));
    }

    fn unknown_macro(&mut self, name: &str, span: Span) {
        if self.catalogue.is_macro(name) {
            let finding = Diagnostic::new(Code::P0604, span, format!("no file can be laid where `${name}` leads"))
                .because("its value is known on the phone only, so nobody knows which file it asks for")
                .help("paths may use $MA, $MAU, $MAC, $PN and $PSN");
            return self.report(finding);
        }
        let prefix = Macro::ALL
            .into_iter()
            .filter(|known| name.starts_with(known.name()))
            .max_by_key(|known| known.name().len());
        let finding = Diagnostic::new(Code::P0208, span, format!("no macro is named `${name}`"))
            .because("the phone would ask for it literally");
        // `$PNS` is one sign off `$PSN`, and as long.
        let as_long = Macro::ALL.into_iter().map(Macro::name).filter(|known| known.len() == name.len());
        let finding = match (closest(name, as_long), prefix) {
            (Some(close), _) => finding.help(format!("did you mean `${close}`?")),
            (None, Some(known)) => {
                let rest = name.get(known.name().len()..).unwrap_or("");
                finding.help(format!("write `$({}){rest}`", known.name()))
            }
            (None, None) => match closest(name, self.catalogue.macros()) {
                Some(close) => finding.help(format!("did you mean `${close}`?")),
                None => finding.help(
                    "a path has $MA, $MAU and $MAC for the address, $PN and $PSN for the product; or a column, `{phone.site}`",
                ),
            },
        };
        self.report(finding.note("RS §2"));
    }
}

/// Octets that may stand in the path of a rule's URL as they are.
fn fits_path(octet: u8) -> bool {
    octet.is_ascii_graphic()
        && !matches!(octet, b'?' | b'#' | b'|' | b'"' | b'$' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'}')
}
