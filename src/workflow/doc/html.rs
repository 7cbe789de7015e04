//! Pages from templates, which escape everything that they show.

use super::{Fault, File};
use handlebars::Handlebars;
use serde::Serialize;
use std::sync::LazyLock;

const TEMPLATES: [(&str, &str); 7] = [
    ("layout", include_str!("site/layout.html")),
    ("rows", include_str!("site/rows.html")),
    ("index", include_str!("site/index.html")),
    ("fleet", include_str!("site/fleet.html")),
    ("partition", include_str!("site/partition.html")),
    ("model", include_str!("site/model.html")),
    ("parameters", include_str!("site/parameters.html")),
];

static PAGES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut pages = Handlebars::new();
    for (name, text) in TEMPLATES {
        // A template that cannot be read is found by the test; rendering then says that it is missing.
        let _ = pages.register_template_string(name, text);
    }
    pages
});

pub(super) fn page(template: &str, path: String, data: &impl Serialize) -> Result<File, Fault> {
    match PAGES.render(template, data) {
        Ok(text) => Ok(File { path, text }),
        Err(error) => Err(Fault { path, why: error.to_string() }),
    }
}

/// What is the same for every program.
pub(super) fn fixed() -> Vec<File> {
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    vec![file("style.css", include_str!("site/style.css")), file("search.js", include_str!("site/search.js"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for (name, text) in TEMPLATES {
            assert!(handlebars::Template::compile(text).is_ok(), "{name}");
        }
    }
}
