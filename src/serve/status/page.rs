//! The page for people. The template escapes everything it shows: what a device says of itself is not to be trusted.

use super::view::Overview;
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError};
use std::sync::LazyLock;

static PAGE: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut page = Handlebars::new();
    page.register_helper("time", Box::new(time));
    page.register_helper("less", Box::new(less));
    page.register_helper("more", Box::new(more));
    // A template that cannot be read is found by the test; rendering then says that it is missing.
    let _ = page.register_template_string("page", include_str!("page.html"));
    page
});

pub(super) fn render(overview: &Overview) -> Result<String, RenderError> {
    PAGE.render("page", overview)
}

/// `{{time ms}}`: the time of day in UTC, or a dash.
fn time(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    match number(helper) {
        Some(milliseconds) => {
            let seconds = milliseconds / 1000 % 86_400;
            out.write(&format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))?;
        }
        None => out.write("–")?,
    }
    Ok(())
}

fn less(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&number(helper).unwrap_or(1).saturating_sub(1).max(1).to_string())?;
    Ok(())
}

fn more(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&number(helper).unwrap_or(0).saturating_add(1).to_string())?;
    Ok(())
}

fn number(helper: &Helper<'_>) -> Option<u64> {
    helper.param(0).and_then(|value| value.value().as_u64())
}

#[cfg(test)]
mod tests {
    use super::super::view::{Asked, Phone, Request};
    use super::*;
    use crate::phone::Mac;
    use crate::serve::bind::Service;

    #[test]
    fn what_a_device_says_is_escaped() {
        let hostile = "<script>alert(\"1\")</script>";
        let request = Request {
            scheme: crate::phone::Scheme::Http,
            path: format!("/{hostile}"),
            status: 404,
            bytes: 0,
            at: 86_399_000,
            times: 2,
            agent: Some(hostile.into()),
        };
        let phone = Phone {
            mac: Some(Mac::new([0, 0x0e, 8, 0, 0, 1])),
            address: None,
            known: false,
            fleet: None,
            model: None,
            label: Some(hostile.into()),
            state: crate::serve::seen::State::Fetching,
            last: Some(86_399_000),
            lease: None,
            lease6: None,
            firmware: None,
            requests: vec![request],
            asked: vec![Asked {
                service: Service::Dhcp,
                what: format!("DHCPDISCOVER, class {hostile}"),
                answer: hostile.into(),
                at: 86_399_000,
                times: 1,
            }],
            syslog: vec![],
            configuration: None,
        };
        let overview = Overview {
            program: hostile.into(),
            done: 0,
            total: 1,
            page: 1,
            pages: 3,
            phones: vec![phone],
            strangers: vec![],
            services: vec!["http 127.0.0.1:6080".into()],
            dns_queries: 0,
        };
        let html = render(&overview).expect("renders");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("23:59:59") && html.contains("page=2"), "{html}");
    }
}
