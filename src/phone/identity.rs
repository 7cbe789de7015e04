//! Who a phone is: what stands on its label, and what it runs.

use super::Mac;
use super::rule::{Form, Version};
use serde::{Deserialize, Serialize};

/// A phone's names. Product and series go into paths and header lines, so they hold only what may stand there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub mac: Mac,
    /// `$PN`: `CP-8841-3PCC`.
    product: String,
    /// `$PSN`: `8841-3PCC`.
    series: String,
    /// `$SN`.
    serial: String,
    /// `$HWVER`.
    hardware: String,
    /// `$SWVER`: the load that runs, `sip88xx.11-0-0MPP-7`.
    firmware: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` holds a blank or a character that a {1} cannot have")]
pub struct IdentityError(String, &'static str);

impl Identity {
    /// A phone of a product, series derived (`CP-8841-3PCC` is of series `8841-3PCC`), the rest as a bench phone has it.
    pub fn new(mac: Mac, product: &str, firmware: &str) -> Result<Self, IdentityError> {
        let series = product.strip_prefix("CP-").unwrap_or(product).to_owned();
        let [a, b, c, d, e, f] = mac.octets();
        // Serial numbers look like 88012BA01234 (RS §3); this one is made up from the address, so that it is unique.
        let serial = format!("{:02X}{:02X}{:02X}{:02X}{:02X}{:02X}", a ^ 0x88, b, c, d, e, f);
        Identity {
            mac,
            product: checked(product, "product name")?,
            series,
            serial,
            hardware: "1.0.0".into(),
            firmware: String::new(),
        }
        .with_firmware(firmware)
    }

    pub fn with_series(mut self, series: &str) -> Result<Self, IdentityError> {
        self.series = checked(series, "series name")?;
        Ok(self)
    }

    pub fn with_serial(mut self, serial: &str) -> Result<Self, IdentityError> {
        self.serial = checked(serial, "serial number")?;
        Ok(self)
    }

    pub fn with_hardware(mut self, hardware: &str) -> Result<Self, IdentityError> {
        self.hardware = checked(hardware, "hardware version")?;
        Ok(self)
    }

    /// The load's name, with or without its `.loads`.
    pub fn with_firmware(mut self, firmware: &str) -> Result<Self, IdentityError> {
        let firmware = firmware.strip_suffix(".loads").unwrap_or(firmware);
        self.firmware = checked(firmware, "load name")?;
        Ok(self)
    }

    pub fn product(&self) -> &str {
        &self.product
    }

    pub fn series(&self) -> &str {
        &self.series
    }

    pub fn serial(&self) -> &str {
        &self.serial
    }

    pub fn hardware(&self) -> &str {
        &self.hardware
    }

    pub fn firmware(&self) -> &str {
        &self.firmware
    }

    /// What the phone calls its firmware to web servers: `sip88xx.11-0-1MPP-477` is `11.0.1` (samples of PB §11: `11.0`
    /// and `11.0.1`, so a last part of 0 is not said). A name that is no version is given whole.
    pub fn short_firmware(&self) -> String {
        match self.firmware.parse::<Version>().as_ref().map(Version::form) {
            Ok(Form::Load(load)) if load.micro_number() == 0 => format!("{}.{}", load.major, load.minor),
            Ok(Form::Load(load)) => format!("{}.{}.{}", load.major, load.minor, load.micro_number()),
            _ => self.firmware.clone(),
        }
    }

    /// `Cisco-CP-8841-3PCC/11.0 (000e08abcd01)` (PB §11; the id is the MAC, as in the samples, C-17).
    pub fn user_agent(&self) -> String {
        self.user_agent_as(&self.mac.plain())
    }

    /// With another number for the id.
    pub fn user_agent_as(&self, id: &str) -> String {
        format!("Cisco-{}/{} ({id})", self.product, self.short_firmware())
    }
}

fn checked(text: &str, what: &'static str) -> Result<String, IdentityError> {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"/$|\\".contains(&byte);
    if !text.is_empty() && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(IdentityError(text.to_owned(), what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(product: &str, firmware: &str) -> String {
        let mac = Mac::new([0, 0x56, 0x2b, 4, 0x36, 0x15]);
        Identity::new(mac, product, firmware).map(|identity| identity.user_agent()).unwrap_or_default()
    }

    #[test]
    fn the_header_lines_of_the_guides() {
        // PB §11, the three samples.
        assert_eq!(agent("CP-8841-3PCC", "sip88xx.11-0-0MPP-7"), "Cisco-CP-8841-3PCC/11.0 (00562b043615)");
        assert_eq!(agent("CP-7832-3PCC", "sip7832.11-0-1MPP-312.loads"), "Cisco-CP-7832-3PCC/11.0.1 (00562b043615)");
        assert_eq!(agent("CP-7832-3PCC", "sip7832.11-3-2MPP0001-609"), "Cisco-CP-7832-3PCC/11.3.2 (00562b043615)");
        assert_eq!(agent("CP-8841-3PCC", "odd"), "Cisco-CP-8841-3PCC/odd (00562b043615)");
    }

    #[test]
    fn a_name_cannot_smuggle_a_header_line() {
        assert!(Identity::new(Mac::new([0; 6]), "CP\r\nX: y", "sip88xx.11-0-0MPP-7").is_err());
        assert!(Identity::new(Mac::new([0; 6]), "", "sip88xx.11-0-0MPP-7").is_err());
    }
}
