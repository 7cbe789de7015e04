//! What is known of a parameter by its XML element.

use super::{Catalogue, Parameter, ParameterType, TextType};
use crate::diagnostic::closest;
use std::sync::Arc;

impl Catalogue {
    /// The parameter that an element is of, and the indexes in its name.
    pub fn of_element(&self, element: &str) -> Option<(Arc<Parameter>, Vec<u32>)> {
        self.placed(element).map(|(_, parameter, indexes)| (parameter, indexes))
    }

    /// The family whose element, for some index, is spelled so.
    pub fn family_of_element(&self, element: &str) -> Option<String> {
        self.placed(element).map(|(family, ..)| family.to_owned())
    }

    fn placed(&self, element: &str) -> Option<(&str, Arc<Parameter>, Vec<u32>)> {
        self.families_like(element).find_map(|(family, parameter)| {
            let indexes = match parameter.ranges().as_slice() {
                [] => (parameter.element(&[]) == element).then(Vec::new),
                [(low, high)] => (*low..=*high).find(|n| parameter.element(&[*n]) == element).map(|n| vec![n]),
                [(a, b), (c, d), ..] => (*a..=*b)
                    .flat_map(|n| (*c..=*d).map(move |m| vec![n, m]))
                    .find(|indexes| parameter.element(indexes) == element),
            };
            Some((family, parameter, indexes?))
        })
    }

    /// An element that is spelled nearly so, or of that name in other letters.
    pub fn element_meant(&self, name: &str) -> Option<String> {
        let of = |family: &str| {
            let parameter = self.parameter(family)?;
            let lows: Vec<u32> = parameter.ranges().iter().map(|(low, _)| *low).collect();
            Some(parameter.element(&lows))
        };
        let elements: Vec<String> = self.families().filter_map(of).collect();
        let near = || closest(name, elements.iter().map(String::as_str)).map(str::to_owned);
        self.family_named(name).and_then(|family| of(&family)).or_else(near)
    }

    /// Whether the element holds what is never printed: a password or a key. One that nobody knows does not.
    pub fn is_secret_element(&self, element: &str) -> bool {
        self.of_element(element).is_some_and(|(parameter, _)| parameter.ty == ParameterType::Text(TextType::Secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_they_are_written() {
        let catalogue = Catalogue::cisco_mpp();
        for (element, written) in [
            ("Proxy_1_", Some("Proxy[1]")),
            ("Resync_Periodic", Some("Resync_Periodic")),
            ("Unit_2_Key_3_", Some("Unit[2]_Key[3]")),
            ("Proxy_17_", None),
            ("Proxy", None),
            ("proxy_1_", None),
            ("", None),
        ] {
            assert_eq!(catalogue.written(element).as_deref(), written, "{element}");
        }
        for family in catalogue.families() {
            let parameter = catalogue.parameter(family).expect(family);
            let last: Vec<u32> = parameter.ranges().iter().map(|(_, high)| *high).collect();
            let (found, indexes) = catalogue.of_element(&parameter.element(&last)).expect(family);
            assert_eq!((&found.name, indexes), (&parameter.name, last), "{family}");
        }
    }

    #[test]
    fn passwords_and_keys_are_known_by_their_type() {
        let catalogue = Catalogue::cisco_mpp();
        for secret in
            ["Admin_Password", "Password_1_", "PSK_Passphrase_1_", "WEP_Key_1_", "Wi-Fi_Password_4_", "GPP_SA"]
        {
            assert!(catalogue.is_secret_element(secret), "{secret}");
        }
        for open in ["Proxy_1_", "Profile_Rule", "Time_Zone", "GPP_A", "Nothing_1_", ""] {
            assert!(!catalogue.is_secret_element(open), "{open}");
        }
    }
}
