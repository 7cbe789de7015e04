//! IPv4 and IPv6 prefixes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// A network prefix such as `192.168.50.0/24`. The host bits are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

/// Why a text or a pair is not a prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    #[error("a prefix is an address, a slash and a length, such as `192.168.50.0/24`")]
    Form,
    #[error("the length of this prefix is 0 to {0}")]
    Length(u8),
    #[error("the address has bits beyond the prefix; the network is `{0}`")]
    HostBits(Prefix),
}

impl Prefix {
    /// `0.0.0.0/32`, which holds no host.
    pub const NOWHERE: Prefix = Prefix { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), length: 32 };

    pub fn new(address: IpAddr, length: u8) -> Result<Self, PrefixError> {
        let network = match address {
            IpAddr::V4(_) if length > 32 => return Err(PrefixError::Length(32)),
            IpAddr::V6(_) if length > 128 => return Err(PrefixError::Length(128)),
            IpAddr::V4(v4) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
            }
            IpAddr::V6(v6) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
                IpAddr::V6((u128::from(v6) & mask).into())
            }
        };
        let prefix = Prefix { address: network, length };
        if network == address { Ok(prefix) } else { Err(PrefixError::HostBits(prefix)) }
    }

    pub fn address(self) -> IpAddr {
        self.address
    }

    pub fn length(self) -> u8 {
        self.length
    }

    pub fn contains(self, address: IpAddr) -> bool {
        match Prefix::new(address, self.length) {
            Ok(other) | Err(PrefixError::HostBits(other)) => {
                other.address == self.address && address.is_ipv4() == self.address.is_ipv4()
            }
            Err(_) => false,
        }
    }

    /// The subnet mask of an IPv4 prefix (DHCP option 1).
    pub fn mask(self) -> Ipv4Addr {
        Ipv4Addr::from(u32::MAX.checked_shl(32 - u32::from(self.length.min(32))).unwrap_or(0))
    }

    /// The IPv4 broadcast address of the prefix.
    pub fn broadcast(self) -> Option<Ipv4Addr> {
        match self.address {
            IpAddr::V4(v4) => Some(Ipv4Addr::from(u32::from(v4) | !u32::from(self.mask()))),
            IpAddr::V6(_) => None,
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let (address, length) = text.split_once('/').ok_or(PrefixError::Form)?;
        let address: IpAddr = address.parse().map_err(|_| PrefixError::Form)?;
        let length = length.parse().map_err(|_| PrefixError::Form)?;
        Prefix::new(address, length)
    }
}

impl serde::Serialize for Prefix {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Prefix {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Prefix {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Prefix".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "an address, a slash and a length" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_refused_with_the_network_named() {
        let error = "192.168.50.7/24".parse::<Prefix>().map_err(|error| error.to_string());
        assert_eq!(error, Err("the address has bits beyond the prefix; the network is `192.168.50.0/24`".into()));
    }

    #[test]
    fn the_extremes_hold() {
        let all: Result<Prefix, _> = "0.0.0.0/0".parse();
        assert!(all.is_ok_and(|all| all.contains([9, 9, 9, 9].into()) && all.mask() == Ipv4Addr::UNSPECIFIED));
        let one: Result<Prefix, _> = "10.0.0.1/32".parse();
        assert!(one.is_ok_and(|one| one.contains([10, 0, 0, 1].into()) && !one.contains([10, 0, 0, 2].into())));
        assert_eq!("10.0.0.0/33".parse::<Prefix>(), Err(PrefixError::Length(32)));
        assert_eq!("10.0.0.0".parse::<Prefix>(), Err(PrefixError::Form));
    }
}
