//! What a phone answers with where the rule names nobody (PB §8.3 Profile_Authentication_Type, PB §11).

use super::Phone;
use crate::phone::credentials::Login;

/// What Profile_Authentication_Type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountKind {
    None,
    /// The profile account, entered at the phone.
    Profile,
    /// The user of the phone's XSI services.
    Xsi,
}

impl Phone {
    /// A word that is none of the three leaves the factory default in force (inferred).
    pub(super) fn account_kind(&self) -> AccountKind {
        match self.settings.get("Profile_Authentication_Type") {
            word if word.eq_ignore_ascii_case("Disabled") => AccountKind::None,
            word if word.eq_ignore_ascii_case("XSI Authentication") => AccountKind::Xsi,
            _ => AccountKind::Profile,
        }
    }

    /// User and password for profiles; what is empty is nobody.
    pub(super) fn profile_account(&self) -> Option<Login> {
        let set = |user: &str, password: &str| {
            let [user, password] = [user, password].map(|element| self.settings.get(element).to_owned());
            Login { user, password }
        };
        let sip = self.settings.get("XSI_Authentication_Type").eq_ignore_ascii_case("SIP Credentials");
        let account = match self.account_kind() {
            AccountKind::None => None,
            AccountKind::Profile => self.account.clone(),
            AccountKind::Xsi if sip => Some(set("SIP_Auth_ID", "SIP_Password")),
            AccountKind::Xsi => Some(set("Login_User_ID", "Login_Password")),
        };
        account.filter(|login| !login.user.is_empty())
    }
}
