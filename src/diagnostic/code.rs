//! The table of codes. A code is stable: it never changes its meaning, and its number is never used again.

use super::speaks_of;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($code:ident $severity:ident $title:literal,)*) => {
        /// The code of a finding, such as `P0205`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $code,)* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// The severity that findings of this code have unless they say otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity,)* }
            }

            /// What the code stands for, in one line.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            /// The page that `prov explain` prints, in Markdown: what it means, a failing and a mended program.
            pub const fn page(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("pages/", stringify!($code), ".md")),)* }
            }
        }
    };
}

codes! {
    P0101 Error "unexpected token",
    P0102 Error "unterminated string or block",
    P0103 Error "bad literal",
    P0104 Error "typographic quotes or dashes in code",
    P0105 Error "not UTF-8 text, or a NUL in it",
    P0106 Error "nesting or size beyond the limit",
    P0107 Error "construct this version does not compile",
    P0201 Error "unknown name",
    P0202 Error "declared twice",
    P0203 Error "import cycle",
    P0204 Warning "declared and never used",
    P0205 Error "unknown parameter",
    P0206 Error "parameter not on this model",
    P0207 Error "index outside the family or the model",
    P0208 Error "unknown macro",
    P0209 Error "macro outside its scope",
    P0210 Warning "bare macro that runs into what follows",
    P0211 Error "unknown model, setting or column",
    P0212 Error "required setting missing",
    P0213 Warning "allow that silences nothing",
    P0214 Warning "test that does not say what it seems to",
    P0301 Error "wrong type",
    P0302 Error "outside the range",
    P0303 Error "not one of the allowed values",
    P0304 Error "duration the wire unit cannot carry",
    P0305 Error "malformed value",
    P0306 Warning "characters the firmware may not accept",
    P0307 Error "value longer than the type allows",
    P0308 Warning "value equals the phone's default",
    P0309 Error "inventory cell does not fit its column",
    P0310 Error "duplicate hardware address or unique cell",
    P0311 Warning "address that is none of the vendor's",
    P0312 Warning "column that no row has",
    P0313 Warning "dollar sign that is sent as it stands",
    P0314 Warning "profile that a phone reads only in part",
    P0315 Warning "name of a value that is sent as it stands",
    P0401 Error "value used before it is known",
    P0402 Error "value differs between phones that share a file",
    P0403 Error "secret on a channel weaker than it needs",
    P0404 Error "key with no strong enough way to the phone",
    P0405 Error "secret in an open register",
    P0406 Error "secret written in the source",
    P0407 Warning "sealed with a key that phones share",
    P0408 Error "value known only when the server answers",
    P0409 Warning "credentials over plain HTTP",
    P0501 Error "rule a phone cannot read",
    P0502 Error "alternative that is never reached",
    P0503 Error "comparison of unlike kinds",
    P0504 Error "version a phone cannot compare",
    P0505 Error "condition a phone cannot evaluate",
    P0506 Error "trigger with parentheses",
    P0507 Error "option a phone does not take here",
    P0508 Error "option that tftp cannot do",
    P0509 Error "URL a phone cannot fetch",
    P0510 Warning "firmware compared as a string",
    P0511 Error "dollar sign that the phone expands",
    P0512 Error "macro value that breaks the rule",
    P0513 Warning "condition that always or never holds",
    P0514 Warning "trigger on which vendor texts differ",
    P0515 Error "assignment a phone cannot make",
    P0601 Error "more than four profiles",
    P0602 Error "parameter set in two partitions",
    P0603 Error "value that never comes to rest",
    P0604 Error "URL with no file behind it",
    P0605 Error "two files under one path",
    P0606 Warning "file that may be missing for some phone",
    P0607 Error "profile that cuts the phone's way back",
    P0608 Warning "rule without a server",
    P0609 Warning "file larger than TFTP carries",
    P0610 Error "parameter set twice in one profile",
    P0611 Warning "parameter withdrawn",
    P0612 Error "seed that no phone takes",
    P0701 Error "no way to the release",
    P0702 Error "load of another family",
    P0703 Error "load of another release",
    P0704 Error "load below the limit",
    P0705 Error "upgrade that never ends",
    P0706 Error "phone stuck short of the release",
    P0707 Warning "upgrade in busy hours",
    P0708 Error "load that is not there",
    P0709 Error "transition rule that phones cannot follow",
    P0710 Error "upgrade that is switched off",
    P0711 Note "step that the release notes tell of",
    P0712 Warning "release that hardware or passwords do not survive",
    P0801 Error "`at` together with `every`",
    P0802 Error "retry of zero",
    P0803 Warning "retry step below 60 seconds",
    P0804 Warning "retries in step",
    P0805 Warning "boot spread too short for the server",
    P0806 Error "change that arrives too late",
    P0807 Warning "spread on whose unit vendor texts differ",
    P0808 Warning "daily spread below 600 seconds",
    P0809 Warning "jitter longer than its period",
    P0901 Error "address outside its network",
    P0902 Error "option content malformed",
    P0903 Error "options that disagree",
    P0904 Error "pool smaller than the fleets on it",
    P0905 Error "SRV record that leads nowhere",
    P0906 Warning "SRV weights that phones and RFC 2782 read differently",
    P0907 Error "certificate that phones do not take",
    P0908 Warning "first contact over https without a clock",
    P0909 Error "server that the domains leave out",
    P0910 Error "redirect that phones do not follow",
    P0911 Error "port taken by two services",
    P0912 Warning "TFTP on another port beyond the subnet",
    P0913 Note "file of TLS not there",
    P0914 Error "server's name that does not lead to it",
    P0915 Warning "name in a zone without its final dot",
    P0916 Warning "domain that is nearly another of the program",
    P1001 Error "phone that never reaches its target",
    P1002 Error "file that comes in clear where TLS is asked for",
    P1003 Warning "outcome on which vendor texts differ",
    P1004 Error "resync without end",
    P1005 Warning "many restarts on the way",
    P1006 Note "kinds of phones that were not played",
}

impl Code {
    /// Whether it tells what is no mistake, and is looked for on request only.
    pub fn is_pedantic(self) -> bool {
        self == Code::P0308
    }

    /// Whether it tells of an earlier revision in the field, and is looked for where one is named only.
    pub fn is_of_field(self) -> bool {
        self == Code::P0611
    }

    /// Those whose title, or what their page says first, holds all words.
    pub fn holding(words: &[String]) -> Vec<Code> {
        let holds = |text: &str| speaks_of(text, words).is_some();
        let first = |code: &Code| code.page().split("\n## ").next().unwrap_or_default();
        let (mut titled, told): (Vec<Code>, Vec<Code>) =
            Code::ALL.iter().copied().filter(|code| holds(first(code))).partition(|code| holds(code.title()));
        titled.extend(told);
        titled
    }

    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
