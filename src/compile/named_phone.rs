//! P0605 of one phone: a path that has the phone's address written out, beside one that `$MA` makes for each.

use super::Compiler;
use super::collide::same_bytes;
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Mac;

impl Compiler<'_> {
    /// Only addresses that stand in a path are looked for among the phones.
    pub(super) fn phones_by_name(&mut self) {
        let mut findings = Vec::new();
        for literal in &self.plan.fleets {
            let Some(declared) = self.checked.program.fleets.iter().find(|one| one.name.value == literal.id) else {
                continue;
            };
            for (profile, name) in literal.profiles.iter().zip(&declared.profiles) {
                let Some(path) = profile.path.constant() else { continue };
                let named = addresses(path);
                if named.is_empty() {
                    continue;
                }
                for fleet in &self.plan.fleets {
                    let rows =
                        || (0..fleet.phones.len()).zip(&fleet.phones.macs).filter(|(_, mac)| named.contains(mac));
                    let made = self.paths_of_phones(fleet).into_iter().find_map(|other| {
                        let same_place =
                            other.server == profile.server && other.scheme.is_none_or(|one| one == profile.scheme);
                        let copied = fleet.id != literal.id
                            && (self.is_copy(&fleet.id, &literal.id)
                                || other.profile.is_some_and(|other| same_bytes(profile, other)));
                        if !same_place || copied {
                            return None;
                        }
                        let makes = |row: usize| {
                            let mut text = String::new();
                            fleet.phones.expand(other.template, row, &self.plan.models, &mut text);
                            text == path
                        };
                        rows().find(|(row, _)| makes(*row)).map(|(_, mac)| (other, *mac))
                    });
                    findings.extend(made.map(|(other, mac)| {
                        Diagnostic::new(Code::P0605, name.span, format!("two files have the path `{path}`"))
                            .because(format!("profile `{}` of fleet `{}`", profile.id, literal.id))
                            .label(other.span, format!("{} of fleet `{}`, for {mac}", other.what, fleet.id))
                            .help("give one of them another path: what `$MA` makes belongs to the phones")
                    }));
                }
            }
        }
        self.findings.extend(findings);
    }
}

/// The addresses of phones that stand in a text, in each way that a macro writes them.
fn addresses(text: &str) -> Vec<Mac> {
    let windows = |length: usize| (0..text.len()).filter_map(move |at| text.get(at..at + length));
    let mut found: Vec<Mac> = windows(12).chain(windows(17)).filter_map(|part| part.parse().ok()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_are_found_in_any_text() {
        let found = |text: &str| addresses(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("/p/000e08abcd01.xml"), ["00:0e:08:ab:cd:01"]);
        assert_eq!(found("/p/000E08ABCD01/00:0e:08:ab:cd:02"), ["00:0e:08:ab:cd:01", "00:0e:08:ab:cd:02"]);
        for none in ["", "/p/000e08abcd0.xml", "/ü/ß", "/p/$MA.xml"] {
            assert_eq!(found(none), [""; 0], "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text: String) {
            let _ = addresses(&text);
        }
    }
}
