//! The phone's parameters: what has been set, and the factory defaults of the few that the model itself lives by.

use super::profile::{Profile, Value};
use super::stance::Empty;
use super::{Access, Schedule};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What is stored for one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    /// None: only its access was ever set.
    pub value: Option<String>,
    pub user: Option<Access>,
}

/// The parameter store. Names are XML elements, case-sensitive (PB §9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    set: BTreeMap<String, Parameter>,
    /// What nothing sets any more, for asking what it is that matters.
    withheld: Option<String>,
}

/// The four rule parameters in the order of a pass (PB §8.2).
pub const PROFILE_RULES: [&str; 4] = ["Profile_Rule", "Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D"];

/// PB §8.3 and §15: only what the model reads. The whole catalogue is the platform's.
const DEFAULTS: [(&str, &str); 43] = [
    ("Profile_Rule", "/$PSN.xml"),
    ("Provision_Enable", "Yes"),
    ("Resync_On_Reset", "Yes"),
    ("Resync_Random_Delay", "2"),
    ("Resync_At__HHmm_", ""),
    ("Resync_At_Random_Delay", "600"),
    ("Resync_Periodic", "3600"),
    ("Resync_Error_Retry_Delay", "60,120,240,480,960,1920,3840,7680,15360,30720,61440,86400"),
    ("Forced_Resync_Delay", "14400"),
    ("Resync_From_SIP", "Yes"),
    ("Resync_After_Upgrade_Attempt", "Yes"),
    ("Resync_Trigger_1", ""),
    ("Resync_Trigger_2", ""),
    ("Resync_Fails_On_FNF", "Yes"),
    ("DHCP_Option_To_Use", "66,160,159,150,60,43,125"),
    ("DHCPv6_Option_To_Use", "17,160,159"),
    ("User_Configurable_Resync", "Yes"),
    ("Profile_Authentication_Type", "Basic Http Authentication"),
    ("XSI_Authentication_Type", "Login Credentials"),
    ("Log_Request_Msg", "$PN $MAC -- Requesting resync $SCHEME://$SERVIP:$PORT$PATH"),
    ("Log_Success_Msg", "$PN $MAC -- Successful resync $SCHEME://$SERVIP:$PORT$PATH"),
    ("Log_Failure_Msg", "$PN $MAC -- Resync failed: $ERR"),
    ("Upgrade_Enable", "Yes"),
    ("Upgrade_Error_Retry_Delay", "3600"),
    ("Upgrade_Rule", ""),
    ("Downgrade_Rev_Limit", ""),
    ("Log_Upgrade_Request_Msg", "$PN $MAC -- Requesting upgrade $SCHEME://$SERVIP:$PORT$PATH"),
    ("Log_Upgrade_Success_Msg", "$PN $MAC -- Successful upgrade $SCHEME://$SERVIP:$PORT$PATH -- $ERR"),
    ("Log_Upgrade_Failure_Msg", "$PN $MAC -- Upgrade failed: $ERR"),
    ("Syslog_Server", ""),
    ("Syslog_Identifier", "None"),
    ("HTTP_User_Agent_Name", ""),
    ("Restricted_Access_Domains", ""),
    ("Report_Rule", ""),
    ("Report_To_Server", "On Request"),
    ("HTTP_Report_Method", "POST"),
    ("Periodic_Upload_To_Server", "3600"),
    ("Upload_Delay_On_Local_Change", "60"),
    ("CISCO_XML_EXE_Enable", "No"),
    ("Transition_Authorization_Error_Retry_Delay", "1800"),
    ("MIC_Cert_Refresh_Enable", "No"),
    ("MIC_Cert_Refresh_Rule", "http://sudirenewal.cisco.com/"),
    ("Proxy_Server_Requires_Authentication", "No"),
];

/// `<X>""</X>`: the empty string.
const EMPTY: &str = "\"\"";

impl Settings {
    /// As after a factory reset.
    pub fn factory() -> Self {
        Settings::default()
    }

    /// The same, but that nothing ever sets this element: what would become of a phone without it?
    pub fn without(mut self, element: &str) -> Self {
        self.set.remove(element);
        self.withheld = Some(element.to_owned());
        self
    }

    /// Whether nothing was ever set.
    pub fn is_factory(&self) -> bool {
        self.set.is_empty()
    }

    /// The value in force: what was set, else the factory default, else nothing. A parameter that the model does not
    /// know by heart and that nobody set reads as empty, as every empty default field does (DT §24).
    pub fn get(&self, element: &str) -> &str {
        self.value_set(element).or_else(|| default_of(element)).unwrap_or_default()
    }

    /// The value that something set; none while the default stands.
    pub fn value_set(&self, element: &str) -> Option<&str> {
        self.set.get(element)?.value.as_deref()
    }

    pub fn user(&self, element: &str) -> Option<Access> {
        self.set.get(element)?.user
    }

    pub fn set(&mut self, element: &str, value: &str) {
        if self.withheld.as_deref() == Some(element) {
            return;
        }
        self.parameter(element).value = Some(value.to_owned());
    }

    /// Brings the factory default back.
    pub fn unset(&mut self, element: &str) {
        if let Some(parameter) = self.set.get_mut(element) {
            parameter.value = None;
        }
    }

    pub fn set_user(&mut self, element: &str, user: Access) {
        self.parameter(element).user = Some(user);
    }

    /// Applies a file (PB §9): what it does not name stays. Returns how many values it set.
    pub fn apply(&mut self, profile: &Profile) -> usize {
        self.apply_as(profile, &Empty::default)
    }

    /// As [`Settings::apply`]; `empty` is asked what elements without a value do, if there are any (C-15).
    pub fn apply_as(&mut self, profile: &Profile, empty: &dyn Fn() -> Empty) -> usize {
        let mut count = 0;
        for element in &profile.elements {
            match &element.value {
                Value::Set(value) if value.is_empty() && empty() == Empty::Restore => self.unset(&element.name),
                // The one text that has this form says so, and none says otherwise (WF §1.4).
                Value::Set(value) if value == EMPTY => {
                    count += 1;
                    self.set(&element.name, "");
                }
                Value::Set(value) => {
                    count += 1;
                    self.set(&element.name, value);
                }
                Value::Absent if empty() == Empty::Clear => {
                    count += 1;
                    self.set(&element.name, "");
                }
                Value::Absent | Value::Keep => {}
            }
            if let Some(user) = element.user {
                self.set_user(&element.name, user);
            }
        }
        count
    }

    /// All that was set, in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.set.iter().map(|(element, parameter)| (element.as_str(), parameter))
    }

    fn parameter(&mut self, element: &str) -> &mut Parameter {
        // Looked up first: a profile is applied again and again, and its names are nearly always there already.
        if !self.set.contains_key(element) {
            self.set.insert(element.to_owned(), Parameter::default());
        }
        self.set.entry(element.to_owned()).or_default()
    }

    /// A Bool (DT §3): yes or no in any case. Another word leaves the factory default in force (inferred).
    pub fn yes(&self, element: &str) -> bool {
        let of = |text: &str| match text {
            _ if text.eq_ignore_ascii_case("yes") => Some(true),
            _ if text.eq_ignore_ascii_case("no") => Some(false),
            _ => None,
        };
        of(self.get(element)).or_else(|| of(default_of(element)?)).unwrap_or(false)
    }

    /// A Bool of which the model keeps no default.
    pub fn yes_or(&self, element: &str, default: bool) -> bool {
        match self.get(element) {
            text if text.eq_ignore_ascii_case("yes") => true,
            text if text.eq_ignore_ascii_case("no") => false,
            _ => default,
        }
    }

    /// A port of which the model keeps no default; 0 is none (inferred).
    pub fn port_or(&self, element: &str, default: u16) -> u16 {
        self.get(element).parse().ok().filter(|port| *port > 0).unwrap_or(default)
    }

    /// A Uns16 (DT §4), decimal or hex. Anything else leaves the factory default in force (inferred).
    pub fn number(&self, element: &str) -> u16 {
        let of = |text: &str| match text.strip_prefix("0x") {
            Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u16::from_str_radix(hex, 16).ok(),
            Some(_) => None,
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            None => None,
        };
        of(self.get(element)).or_else(|| of(default_of(element)?)).unwrap_or(0)
    }

    /// A schedule (DT §21); none: off. `0` and an empty value both disable (PB C-10). A text that is no schedule leaves
    /// the factory default in force (inferred).
    pub fn schedule(&self, element: &str) -> Option<Schedule> {
        let text = self.get(element);
        if text.is_empty() {
            return None;
        }
        let schedule = text.parse().ok().or_else(|| default_of(element)?.parse::<Schedule>().ok())?;
        if schedule.is_off() { None } else { Some(schedule) }
    }

    /// An option list (DT §21), in order of use. An invalid list leaves the default in force (inferred).
    pub fn options<Code: FromStr + Default + PartialEq>(&self, element: &str) -> Vec<Code> {
        let of = |text: &str| -> Option<Vec<Code>> {
            text.split(',').map(|code| code.parse().ok().filter(|code| *code != Code::default())).collect()
        };
        of(self.get(element)).or_else(|| of(default_of(element)?)).unwrap_or_default()
    }

    /// Resync_At__HHmm_ as minutes since midnight. An invalid time is ignored (PB §8.5); 2400 is midnight (inferred).
    pub fn time_of_day(&self, element: &str) -> Option<u32> {
        let text = self.get(element);
        if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u32 = text.parse().ok()?;
        match (number / 100, number % 100) {
            (24, 0) => Some(0),
            (hours, minutes) if hours < 24 && minutes < 60 => Some(hours * 60 + minutes),
            _ => None,
        }
    }
}

/// The factory default, of the parameters that the model itself reads.
pub fn default_of(element: &str) -> Option<&'static str> {
    DEFAULTS.iter().find(|(name, _)| *name == element).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(element: &str, value: &str) -> Settings {
        let mut settings = Settings::factory();
        settings.set(element, value);
        settings
    }

    #[test]
    fn invalid_values_leave_the_default_in_force() {
        assert!(with("Resync_On_Reset", "Ja").yes("Resync_On_Reset"));
        assert!(!with("Resync_On_Reset", "no").yes("Resync_On_Reset"));
        assert_eq!(with("Resync_Random_Delay", "65536").number("Resync_Random_Delay"), 2);
        assert_eq!(with("Resync_Random_Delay", "0x18").number("Resync_Random_Delay"), 24);
        let periodic = |value| with("Resync_Periodic", value).schedule("Resync_Periodic").map(|s| s.to_string());
        assert_eq!(periodic("1h"), Some("3600".into()));
        assert_eq!((periodic("0"), periodic("")), (None, None));
        assert_eq!(
            with("DHCP_Option_To_Use", "66.160").options::<u8>("DHCP_Option_To_Use"),
            [66, 160, 159, 150, 60, 43, 125]
        );
    }

    #[test]
    fn times_of_day_as_the_data_types_have_them() {
        let at = |value| with("Resync_At__HHmm_", value).time_of_day("Resync_At__HHmm_");
        assert_eq!((at("0959"), at("0000"), at("2400")), (Some(599), Some(0), Some(0)));
        for bad in ["959", "09:59", "2460", "1275", "2401", ""] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }
}
