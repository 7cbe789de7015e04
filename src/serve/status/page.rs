//! The pages for people. Templates escape everything they show: what a device says of itself is not to be trusted.

use super::board::Board;
use super::sheet::Sheet;
use crate::phone::Mac;
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError};
use serde_json::json;
use std::sync::LazyLock;

pub(super) const STYLE: &str = include_str!("site/style.css");
pub(super) const SCRIPT: &str = include_str!("site/live.js");

const TEMPLATES: [(&str, &str); 5] = [
    ("layout", include_str!("site/layout.html")),
    ("reached", include_str!("site/reached.html")),
    ("overview", include_str!("site/overview.html")),
    ("phone", include_str!("site/phone.html")),
    ("nobody", include_str!("site/nobody.html")),
];

static PAGES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut pages = Handlebars::new();
    pages.register_helper("time", Box::new(time));
    for (name, text) in TEMPLATES {
        // A template that cannot be read is found by the test; rendering then says that it is missing.
        let _ = pages.register_template_string(name, text);
    }
    pages
});

pub(super) fn overview(board: &Board) -> Result<String, RenderError> {
    PAGES.render("overview", board)
}

pub(super) fn phone(sheet: &Sheet) -> Result<String, RenderError> {
    PAGES.render("phone", sheet)
}

/// A device that nobody knows.
pub(super) fn nobody(program: &str, mac: Mac) -> Result<String, RenderError> {
    PAGES.render("nobody", &json!({ "title": format!("{mac} · {program}"), "program": program, "mac": mac }))
}

/// `{{time ms}}`: the time of day in UTC, or a dash.
fn time(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    match helper.param(0).and_then(|value| value.value().as_u64()) {
        Some(milliseconds) => {
            let seconds = milliseconds / 1000 % 86_400;
            out.write(&format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))?;
        }
        None => out.write("–")?,
    }
    Ok(())
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
