//! What the reference says of formats and types, row by row: a test is named for the section it holds, `wf_1_3` for
//! WF §1.3, `dt_18` for DT §18. Then what hostile files do, and what they may cost.

mod data_types;
mod hostile;
mod imported;
mod messages;
mod profile;
mod seal;

/// Text of hexadecimal digits as octets.
fn hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(digit).collect()
}
