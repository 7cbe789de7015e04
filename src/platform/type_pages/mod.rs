//! Each type in words, for `prov explain TYPE`: those of the language, and those of parameters, whose values are texts of a
//! small language of their own (DT).

mod language;
mod parameters;

use super::parameter::TextType;

/// What there is to know about a type.
#[derive(Debug)]
pub struct TypePage {
    /// As the language or the catalogue calls it, first; then the names of the vendor's guides.
    names: &'static [&'static str],
    holds: &'static str,
    written: &'static str,
    wire: &'static str,
    limits: &'static str,
    source: &'static str,
    /// The type of the catalogue whose texts the examples are, with some that fit.
    texts: Option<(TextType, &'static [&'static str])>,
}

/// The page about a type; its name may be a vendor's.
pub fn type_page(name: &str) -> Option<String> {
    let exact = pages().find(|page| page.names.contains(&name));
    let page = exact.or_else(|| pages().find(|page| page.names.iter().any(|known| known.eq_ignore_ascii_case(name))));
    page.map(TypePage::text)
}

/// The names by which types are looked up.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    pages().flat_map(|page| page.names).copied()
}

fn pages() -> impl Iterator<Item = &'static TypePage> {
    language::PAGES.iter().chain(&parameters::PAGES)
}

impl TypePage {
    fn text(&self) -> String {
        let (name, others) = self.names.split_first().map_or(("", &[][..]), |(name, others)| (*name, others));
        let mut text = format!("{name}: {}\n\n", self.holds);
        let mut row = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!("  {name:<10} {value}\n"));
            }
        };
        row("written", self.written);
        row("wire", self.wire);
        row("limits", self.limits);
        if let Some((_, examples)) = self.texts {
            row("examples", &examples.iter().map(|example| format!("\"{example}\"")).collect::<Vec<_>>().join("  "));
        }
        row("also", &others.join(", "));
        row("source", self.source);
        text
    }
}

/// A type of the language.
const fn of_language(
    names: &'static [&'static str],
    holds: &'static str,
    written: &'static str,
    wire: &'static str,
    limits: &'static str,
    source: &'static str,
) -> TypePage {
    TypePage { names, holds, written, wire, limits, source, texts: None }
}

/// A type of parameters whose values are strings of a form.
const fn of_texts(
    names: &'static [&'static str],
    holds: &'static str,
    limits: &'static str,
    source: &'static str,
    ty: TextType,
    examples: &'static [&'static str],
) -> TypePage {
    let (written, wire) = ("in quotes", "as it is written");
    TypePage { names, holds, written, wire, limits, source, texts: Some((ty, examples)) }
}

#[cfg(test)]
mod tests {
    use super::super::spelling::spelling;
    use super::*;
    use crate::language::types::Type;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_of_the_language_and_of_the_catalogue_has_a_page() {
        let library = include_str!("../../../stdlib/cisco/mpp.prov");
        let of_parameters = library.lines().filter_map(|line| {
            let ty = line.strip_prefix("parameter ")?.split_once(" : ")?.1;
            let end = ty.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(ty.len());
            Some(&ty[..end]).filter(|name| !name.is_empty())
        });
        let of_language = Type::NAMED.iter().map(|(name, _)| *name).chain(["digits", "list", "record", "range", "T?"]);
        let missing: BTreeSet<&str> =
            of_parameters.chain(of_language).filter(|name| type_page(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn examples_are_of_their_type_and_names_stand_once() {
        let mut names = BTreeSet::new();
        for page in pages() {
            let examples =
                page.texts.iter().flat_map(|(ty, examples)| examples.iter().map(move |example| (*ty, *example)));
            for (ty, example) in examples {
                assert_eq!(spelling(ty, example), Ok(example.to_owned()), "{:?}", page.names);
            }
            for name in page.names {
                assert!(names.insert(*name), "{name} twice");
            }
            assert!(page.text().lines().all(|line| line.chars().count() <= 130), "{}", page.text());
        }
    }

    #[test]
    fn the_vendor_s_names_lead_to_the_same_page() {
        assert_eq!(type_page("fqdn"), type_page("host"));
        assert_eq!(type_page("CadScript"), type_page("cadence_script"));
        assert_eq!(type_page("nothing"), None);
    }
}
