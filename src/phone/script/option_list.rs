//! Numbers of DHCP options (DT §21): `66,160,159,150,60,43,125`.

use super::fault::Fault;
use super::reader::Reader;

/// The options in order. `most` is the largest number there is: 254 in DHCP, 65535 in DHCPv6.
pub fn parse(text: &str, most: u16) -> Result<Vec<u16>, Fault> {
    let mut reader = Reader::new(text)?;
    let mut options = Vec::new();
    loop {
        let at = reader.at;
        let number = reader.int("the number of an option")?;
        match u16::try_from(number) {
            Ok(option) if (1..=most).contains(&option) => {
                if options.contains(&option) {
                    return Err(Fault::new(at, format!("option {option} is named twice")));
                }
                options.push(option);
            }
            _ => return Err(Fault::range(at, format!("options are numbered 1 to {most}"))),
        }
        if !reader.eat(',') {
            break;
        }
    }
    match reader.peek() {
        None => Ok(options),
        Some(_) => Err(reader.fault(format!("options are joined by `,` alone, found {}", reader.found()))),
    }
}
