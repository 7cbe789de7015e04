//! The small languages inside of values (DT): dial plans, tones, cadences, key lists and the like, one file each.
//! A parser takes the text as it stands on the wire and gives what it means, or the first [`Fault`] with its place.

mod address;
pub mod cadence;
pub mod daylight;
pub mod dial_plan;
mod domain_list;
mod fault;
pub mod frequency;
pub mod function;
mod host;
mod key_list;
mod led;
mod number;
mod option_list;
mod phone_number;
mod phone_template;
mod reader;
mod response_template;
mod rule;
mod star_code;
mod timing;
pub mod tone;
mod url;
mod user_id;
mod version;

pub use address::parse as address;
pub use domain_list::parse as domain_list;
pub use fault::{Fault, FaultKind};
pub use host::{HostPort, parse as host};
pub use key_list::{Key, parse as key_list};
pub use led::{Color, Led, Pattern, parse as led};
pub use number::{decimal, port, power, seconds, signed, unsigned};
pub use option_list::parse as option_list;
pub use phone_number::parse as phone_number;
pub use phone_template::parse as phone_template;
pub use response_template::parse as response_template;
pub use rule::{
    Places, RuleText, alias_map, holds_together, read_rule, report_rule, rule, schedule, trigger, url_rule,
};
pub use star_code::parse as star_code;
pub use timing::{Seconds, Section};
pub use url::parse as url;
pub use user_id::{login, parse as user_id, stands_in_user};
pub use version::parse as version;

#[cfg(test)]
mod tests;
