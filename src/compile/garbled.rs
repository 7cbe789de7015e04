//! Text that some program read in another encoding than it was written in: `FranÃ§ais` for `Français`. It is valid, and wrong.

use encoding_rs::WINDOWS_1252;

/// Signs of a text that are others in UTF-8, and those.
pub(super) fn garbled(text: &str) -> Option<(&str, String)> {
    text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()).find_map(|run| {
        let (octets, _, unmappable) = WINDOWS_1252.encode(run);
        let meant = std::str::from_utf8(&octets).ok().filter(|_| !unmappable)?;
        Some((run, meant.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::garbled;

    #[test]
    fn what_was_utf8_is_seen_in_what_it_became() {
        for (text, run, meant) in [
            ("FranÃ§ais", "Ã§", "ç"),
            ("Venlâ€™s CafÃ©", "â€™", "’"),
            ("MÃ¼ller & SÃ¶hne", "Ã¼", "ü"),
            ("Ã…se", "Ã…", "Å"),
        ] {
            assert_eq!(garbled(text), Some((run, meant.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_written_as_it_is_meant_is_left_alone() {
        for text in ["", "plain", "Français", "Müller & Söhne", "Åse", "日本", "Ã", "São Tomé", "ÄÖÜ", "10 €", "“x”"]
        {
            assert_eq!(garbled(text), None, "{text}");
        }
    }
}
