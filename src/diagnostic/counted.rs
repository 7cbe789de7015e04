//! Numbers as people read them.

/// `1 error`, `9,114 phones`: thousands are divided.
pub fn counted(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", thousands(number)) }
}

pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_divided() {
        let phones = |count| counted(count, "phone");
        assert_eq!(
            [1, 999, 9114, 1_000_000].map(phones),
            ["1 phone", "999 phones", "9,114 phones", "1,000,000 phones"]
        );
    }
}
