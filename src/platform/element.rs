//! What is known of a parameter by its XML element.

use super::{Catalogue, ParameterType, TextType};

impl Catalogue {
    /// Whether the element holds what is never printed: a password or a key. One that nobody knows does not.
    pub fn is_secret_element(&self, element: &str) -> bool {
        let parameter = self.family_of_element(element).and_then(|family| self.parameter(&family));
        parameter.is_some_and(|parameter| parameter.ty == ParameterType::Text(TextType::Secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
