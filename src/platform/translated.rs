//! What translated guides print, and what phones know (PB §32).

/// A word for a value of a list.
pub(super) fn word(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "ja" => "Yes",
        "nee" => "No",
        "geen" => "none",
        "kopregel" => "header",
        "sessie" => "session",
        "gebruiker" => "user",
        "uitgeschakeld" => "Disabled",
        "basis-http-verificatie" => "Basic Http Authentication",
        _ => return None,
    })
}

/// Macros that stand in log messages and rules, where one guide prints `&PN`.
const MACROS: [&str; 8] = ["PN", "PSN", "SN", "MA", "MAU", "MAC", "SWVER", "ERR"];

/// The first piece of a longer text that is none of the phone's words: its place, and what it stands for.
pub(super) fn found(text: &str) -> Option<(usize, String)> {
    let printed = [
        ("Hersynchronisatie mislukt", "`Resync failed` in the phone's own language"),
        ("voorbeeld.com", "`example.com`, a name to be replaced by yours"),
    ];
    let phrases = printed
        .into_iter()
        .filter_map(|(printed, meant)| text.find(printed).map(|at| (at, format!("this stands for {meant}"))));
    let macros = text.match_indices('&').filter_map(|(at, _)| {
        let behind = text.get(at + 1..)?;
        let name = behind.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
        // `&PN=` is a field of a form.
        let field = behind.get(name.len()..)?.starts_with('=');
        (MACROS.contains(&name) && !field).then(|| (at, format!("the macro is `${name}`; `&` stays as it is")))
    });
    phrases.chain(macros).min_by_key(|(at, _)| *at)
}
