//! Option codes (RFC 2132 and the others named), as far as we speak of them.

pub const PAD: u8 = 0;
pub const SUBNET_MASK: u8 = 1;
pub const TIME_OFFSET: u8 = 2;
pub const ROUTER: u8 = 3;
pub const DNS: u8 = 6;
pub const HOST_NAME: u8 = 12;
pub const DOMAIN: u8 = 15;
pub const BROADCAST_ADDRESS: u8 = 28;
pub const NTP: u8 = 42;
pub const VENDOR_SPECIFIC: u8 = 43;
pub const REQUESTED_ADDRESS: u8 = 50;
pub const LEASE_TIME: u8 = 51;
/// `sname` and `file` carry options. Part of the message's form: never in `Options`.
pub const OVERLOAD: u8 = 52;
pub const MESSAGE_TYPE: u8 = 53;
pub const SERVER_ID: u8 = 54;
pub const PARAMETER_LIST: u8 = 55;
pub const MESSAGE: u8 = 56;
pub const MAX_SIZE: u8 = 57;
pub const RENEWAL_TIME: u8 = 58;
pub const REBINDING_TIME: u8 = 59;
pub const VENDOR_CLASS: u8 = 60;
pub const CLIENT_ID: u8 = 61;
pub const TFTP_SERVER_NAME: u8 = 66;
pub const BOOTFILE_NAME: u8 = 67;
/// RFC 3004.
pub const USER_CLASS: u8 = 77;
/// RFC 3046.
pub const RELAY_AGENT: u8 = 82;
/// A relay's or client's word for the network that it wants an address of (RFC 3011).
pub const SUBNET_SELECTION: u8 = 118;
/// RFC 3925.
pub const VENDOR_IDENTIFYING: u8 = 125;
/// RFC 5859.
pub const TFTP_SERVERS: u8 = 150;
/// Cisco: text URL or address (WF §5.1).
pub const PROVISIONING_159: u8 = 159;
/// Cisco: text URL (WF §5.1).
pub const PROVISIONING_160: u8 = 160;
pub const END: u8 = 255;

/// The options a phone may be provisioned by, in the default order of `DHCP_Option_To_Use` (PB §5).
pub const PROVISIONING: [u8; 7] = [66, 160, 159, 150, 60, 43, 125];
