//! Why no profile can carry a key or a credential: what is told of each that might have.

use super::keys::Channel;
use super::share::names_phone;
use crate::diagnostic::Diagnostic;
use crate::plan::Profile;

/// The profiles of a fleet, as those of which an earlier one must carry something for the one at `position`.
pub(super) struct Candidates<'c> {
    pub position: usize,
    pub profiles: &'c [Profile],
    pub channels: &'c [Channel],
    /// Whether what is carried differs from phone to phone.
    pub per_phone: bool,
}

impl Candidates<'_> {
    /// The finding with what keeps each candidate from it. The cure is for the one that lacks the least.
    pub fn refused(&self, finding: Diagnostic) -> Diagnostic {
        let all = || self.profiles.iter().zip(self.channels).enumerate();
        let fits = |profile: &Profile| !self.per_phone || names_phone(&profile.path);
        let late = all().find(|(at, (profile, channel))| {
            *at > self.position && channel.weakness.is_none() && profile.seal.is_none() && fits(profile)
        });
        if let Some((_, (profile, channel))) = late {
            return finding
                .because("it has to come with an earlier profile")
                .label(channel.span, format!("`{}` could carry it, but phones fetch it later", profile.id))
                .help(format!("name `{}` before it in the fleet's `profiles`", profile.id));
        }
        let earlier: Vec<(&Profile, &Channel)> = all().take(self.position).map(|(_, both)| both).collect();
        let Some((last, _)) = earlier.last() else {
            return finding
                .because("phones fetch this profile first: nothing comes before that could carry it")
                .help(KEYS);
        };
        let finding = finding.because(match earlier.as_slice() {
            [_] => "the profile before it cannot carry it".to_owned(),
            all => format!("none of the {} profiles before it can carry it", all.len()),
        });
        let finding = earlier.iter().fold(finding, |finding, (profile, channel)| match &channel.weakness {
            Some(weakness) => finding.label(channel.span, format!("`{}`: {weakness}", profile.id)),
            None => finding.label(channel.path, format!("`{}`: the path does not name the phone", profile.id)),
        });
        let nearest = earlier.iter().rev().find(|(profile, _)| fits(profile));
        let strong = earlier.iter().rev().find(|(_, channel)| channel.weakness.is_none());
        match (strong, nearest) {
            (Some((profile, _)), _) => finding.help(format!("put `$MA` in the path of `{}`", profile.id)),
            (None, Some((profile, channel))) if channel.by_anyone => finding
                .help(format!("write `clients require` in the server's `https`: `{}` comes from there", profile.id)),
            (None, Some((profile, _))) if profile.id != last.id || self.per_phone => {
                finding.help(format!("fetch `{}` over https, from a server with `clients require`", profile.id))
            }
            _ => finding.help(KEYS),
        }
    }
}

const KEYS: &str = "put `profile keys { fetch https \"/keys/$MA.xml\" }` before it, on a server with `clients require`";
