//! Where the vendor's own texts contradict each other (PB §31): what a phone is taken to do. Each matter is a switch; its
//! first choice is the one that the rest of this program takes when nobody says otherwise.

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

macro_rules! matters {
    ($( $matter:ident, $id:literal, $field:ident: $choice:ident, $title:literal {
        $( $variant:ident = $word:literal, $says:literal; )+
    } )+) => {
        /// A contradiction, by its number in the register.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Matter { $( $matter, )+ }

        impl Matter {
            pub const ALL: &[Matter] = &[$( Matter::$matter, )+];

            /// `C-20`.
            pub const fn id(self) -> &'static str {
                match self { $( Matter::$matter => $id, )+ }
            }

            /// What the texts disagree about.
            pub const fn title(self) -> &'static str {
                match self { $( Matter::$matter => $title, )+ }
            }

            /// The readings, the one taken by default first.
            pub const fn choices(self) -> &'static [Choice] {
                match self {
                    $( Matter::$matter => &[$( Choice { word: $word, says: $says }, )+], )+
                }
            }
        }

        $(
            #[doc = concat!($id, ": ", $title, ".")]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub enum $choice {
                #[default]
                $( #[doc = $says] $variant, )+
            }

            impl $choice {
                const ALL: &[$choice] = &[$( $choice::$variant, )+];
            }
        )+

        /// A reading of every matter.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Stances { $( pub $field: $choice, )+ }

        impl Stances {
            /// Which choice of a matter is taken, counted from 0.
            pub fn choice(&self, matter: Matter) -> usize {
                match matter {
                    $( Matter::$matter => $choice::ALL.iter().position(|one| *one == self.$field).unwrap_or(0), )+
                }
            }

            /// With another choice of one matter; a number that it does not have leaves all as it is.
            pub fn with(mut self, matter: Matter, choice: usize) -> Stances {
                match matter {
                    $( Matter::$matter => if let Some(choice) = $choice::ALL.get(choice) { self.$field = *choice; }, )+
                }
                self
            }
        }

        impl Consulted {
            $(
                #[doc = concat!("The choice of ", $id, ", remembered as one that mattered.")]
                pub fn $field(&self) -> $choice {
                    self.touch(Matter::$matter);
                    self.stances.$field
                }
            )+
        }
    };
}

matters! {
    C01, "C-01", pending: Pending, "what the customization state Pending means" {
        Asked = "asked", "Cisco's redirection service is being asked";
        Downloaded = "downloaded", "its answer was downloaded";
    }
    C02, "C-02", aborted: Aborted, "when DHCP ends remote customization" {
        OnDownload = "download", "a profile was downloaded from the server that DHCP named";
        OnQuery = "query", "DHCP named a server";
    }
    C03, "C-03", tail: Tail, "the second file asked for where an option holds a URL without a path" {
        Cfg = "cfg", "`/Cisco/$PN/$MA.cfg`";
        Xml = "xml", "`/Cisco/$PN/$MA.xml`";
    }
    C04, "C-04", second_path: SecondPath, "where the second file lies" {
        ByChapter = "by-chapter", "`/Cisco/$PN/$MA.cfg` for DHCP and `/Cisco/$MA.cfg` for DNS SRV, as each chapter has it";
        WithProduct = "with-product", "`/Cisco/$PN/$MA.cfg` for both";
        WithoutProduct = "without-product", "`/Cisco/$MA.cfg` for both";
    }
    C05, "C-05", services: Services, "DNS SRV for provisioning" {
        Supported = "supported", "supported from 11.3(1)";
        Unsupported = "unsupported", "only A records work";
    }
    C06, "C-06", first_rule: FirstRule, "the Profile_Rule of the factory" {
        Series = "psn", "`/$PSN.xml`";
        Product = "pn", "`/$PN.cfg`";
    }
    C07, "C-07", after_upgrade: AfterUpgrade, "Resync_On_Reset and the restart after an upgrade" {
        Included = "included", "Resync_On_Reset counts after every restart";
        Excluded = "excluded", "not after those that upgrades cause: Resync_After_Upgrade_Attempt does";
    }
    C08, "C-08", random_unit: RandomUnit, "the unit of Resync_Random_Delay" {
        Twenty = "20-seconds", "20 s";
        One = "1-second", "1 s";
    }
    C09, "C-09", short_spread: ShortSpread, "a Resync_At_Random_Delay below 600" {
        Least = "600", "counts as 600";
        AsWritten = "as-written", "counts as written, and 0 leaves the time of day without effect";
    }
    C10, "C-10", period_off: PeriodOff, "what turns Resync_Periodic off" {
        Either = "0-or-empty", "0, and an empty value";
        Zero = "0", "0; an empty value leaves the default";
    }
    C11, "C-11", forced_delay: ForcedDelay, "Forced_Resync_Delay" {
        IdleTime = "idle-time", "how long all lines have to be idle before a resync that a call held back";
        LongestWait = "longest-wait", "how long a call can hold a resync back at most";
    }
    C12, "C-12", longest_report_period: LongestReportPeriod, "the largest periodic_upload_to_server" {
        ThreeDays = "259200", "259200 s, 3 days";
        ThirtyDays = "2592000", "2592000 s, 30 days";
    }
    C13, "C-13", triggers: Triggers, "what Resync_Trigger_1 and _2 do" {
        Gate = "gate", "a resync that is due is held back while none is true";
        Starter = "starter", "a resync begins when one becomes true, and none is held back";
    }
    C14, "C-14", rounding: Rounding, "the rounding of Resync_At_Random_Delay to minutes" {
        Nearest = "nearest", "to the nearest";
        Up = "up", "up";
    }
    C15, "C-15", empty: Empty, "an element without a value" {
        KeepAndClear = "keep-and-clear", "`<X/>` keeps the value, `<X></X>` empties it";
        Clear = "clear", "both empty it";
        Restore = "restore", "`<X/>` keeps the value, `<X></X>` brings the default back";
    }
    C16, "C-16", serverless: Serverless, "a rule without a server" {
        Options = "options", "the servers that DHCP names";
        Requester = "requester", "the host that asked for the resync, where one did";
    }
    C17, "C-17", agent_id: AgentId, "the number in the User-Agent" {
        Mac = "mac", "the MAC address";
        Serial = "serial", "the serial number";
    }
    C18, "C-18", roots: Roots, "whose certificates a phone accepts of a server" {
        Public = "public", "Cisco's, and those of common public authorities";
        CiscoOnly = "cisco-only", "Cisco's only";
    }
    C19, "C-19", log_dash: LogDash, "what stands before the words in the default log messages" {
        Double = "--", "two hyphens";
        None = "none", "nothing";
        En = "en-dash", "an en dash";
    }
    C20, "C-20", across: AcrossForms, "versions on both sides of the change of form in 11.3(2)" {
        Error = "error", "cannot be compared: the rule fails";
        ByParts = "by-parts", "are compared part by part";
    }
}

impl Matter {
    /// By its number, in any case of letters.
    pub fn from_id(id: &str) -> Option<Matter> {
        Matter::ALL.iter().copied().find(|matter| matter.id().eq_ignore_ascii_case(id))
    }

    /// The page about it: the readings, and how one is chosen.
    pub fn page(self) -> String {
        let (id, title) = (self.id(), self.title());
        let mut page = format!("{id}: {title}\n\nThe vendor's texts contradict each other (PB §31). The readings:\n\n");
        for (number, choice) in self.choices().iter().enumerate() {
            let usual = if number == 0 { " (taken by default)" } else { "" };
            page.push_str(&format!("  {:<16} {}{usual}\n", choice.word, choice.says));
        }
        let other = self.choices().last().map_or("", |choice| choice.word);
        page.push_str(&format!("\n`prov test --stance {id}={other}` plays a program's tests by another.\n"));
        page
    }
}

/// One reading of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is called: `1-second`.
    pub word: &'static str,
    pub says: &'static str,
}

impl Stances {
    /// Every other reading of one matter, the rest as here.
    pub fn others(self, matter: Matter) -> impl Iterator<Item = (Choice, Stances)> {
        let taken = self.choice(matter);
        let choices = matter.choices().iter().enumerate().filter(move |(number, _)| *number != taken);
        choices.map(move |(number, choice)| (*choice, self.with(matter, number)))
    }

    /// The reading that is taken.
    pub fn taken(&self, matter: Matter) -> Choice {
        let choices = matter.choices();
        choices.get(self.choice(matter)).copied().unwrap_or(Choice { word: "", says: "" })
    }

    /// With what was written for one matter.
    pub fn and(self, stance: Stance) -> Stances {
        self.with(stance.matter, stance.choice)
    }
}

/// One matter decided, as on a command line: `C-08=1-second`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stance {
    pub matter: Matter,
    /// Counted from 0.
    pub choice: usize,
}

/// Why a text decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StanceError {
    #[error("a stance is a matter and a choice: C-08=1-second")]
    Form,
    #[error("there is no matter `{0}`: C-01 to C-20")]
    Matter(String),
    #[error("{} ({}) is one of {}, not `{word}`", matter.id(), matter.title(), words(*matter))]
    Choice { matter: Matter, word: String },
}

fn words(matter: Matter) -> String {
    matter.choices().iter().map(|choice| format!("`{}`", choice.word)).collect::<Vec<_>>().join(", ")
}

impl FromStr for Stance {
    type Err = StanceError;

    fn from_str(text: &str) -> Result<Self, StanceError> {
        let (id, word) = text.split_once('=').ok_or(StanceError::Form)?;
        let matter = Matter::from_id(id.trim()).ok_or_else(|| StanceError::Matter(id.trim().to_owned()))?;
        let word = word.trim();
        match matter.choices().iter().position(|choice| choice.word == word) {
            Some(choice) => Ok(Stance { matter, choice }),
            None => Err(StanceError::Choice { matter, word: word.to_owned() }),
        }
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.matter.choices().get(self.choice).map_or("", |choice| choice.word);
        write!(f, "{}={word}", self.matter.id())
    }
}

/// A reading of every matter that remembers which matters were asked about: what never was cannot have changed a story.
#[derive(Clone, Debug, Default)]
pub struct Consulted {
    stances: Stances,
    asked: Cell<u32>,
}

impl Consulted {
    pub fn new(stances: Stances) -> Self {
        Consulted { stances, asked: Cell::new(0) }
    }

    /// The reading itself, for where only what comes of it shows whether it mattered: see [`Consulted::touch`].
    pub const fn peek(&self) -> Stances {
        self.stances
    }

    pub fn touch(&self, matter: Matter) {
        self.asked.set(self.asked.get() | 1 << matter as u32);
    }

    /// The matters asked about so far.
    pub fn matters(&self) -> impl Iterator<Item = Matter> {
        let asked = self.asked.get();
        Matter::ALL.iter().copied().filter(move |matter| asked & 1 << *matter as u32 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_whole_and_its_words_are_read_back() {
        assert_eq!(Matter::ALL.len(), 20);
        for (number, matter) in Matter::ALL.iter().enumerate() {
            assert_eq!(matter.id(), format!("C-{:02}", number + 1));
            assert!(matter.choices().len() > 1);
            for (choice, of) in matter.choices().iter().enumerate() {
                let stance = Stance { matter: *matter, choice };
                assert_eq!(stance.to_string().parse(), Ok(stance));
                assert_eq!(Stances::default().and(stance).taken(*matter), *of);
            }
            assert_eq!(Stances::default().choice(*matter), 0);
            assert_eq!(Stances::default().others(*matter).count(), matter.choices().len() - 1);
        }
    }

    #[test]
    fn the_documentation_has_every_reading() {
        let page = include_str!("../../docs/phone-model.md");
        for matter in Matter::ALL {
            assert!(page.contains(&format!("| {} | {} |", matter.id(), matter.title())), "{}", matter.id());
            for Choice { word, says } in matter.choices() {
                assert!(page.contains(&format!("| `{word}` | {says} |")), "{} {word}", matter.id());
                assert!(matter.page().contains(word) && matter.page().contains(says));
            }
        }
    }

    #[test]
    fn what_decides_nothing_is_told_what_it_could_decide() {
        let error = |text: &str| text.parse::<Stance>().map_err(|error| error.to_string());
        assert_eq!(error("c-08=1-second").map(|stance| stance.choice), Ok(1));
        assert!(error("C-08").is_err_and(|text| text.contains("C-08=1-second")));
        assert!(error("C-21=x").is_err_and(|text| text.contains("C-01 to C-20")));
        assert!(error("C-08=2 s").is_err_and(|text| text.contains("`20-seconds`, `1-second`")));
    }

    #[test]
    fn only_what_was_asked_about_was_weighed() {
        let weighed = Consulted::new(Stances { random_unit: RandomUnit::One, ..Stances::default() });
        assert_eq!(weighed.peek().across, AcrossForms::Error);
        assert_eq!(weighed.matters().count(), 0);
        assert_eq!(weighed.random_unit(), RandomUnit::One);
        weighed.touch(Matter::C20);
        assert_eq!(weighed.matters().collect::<Vec<_>>(), [Matter::C08, Matter::C20]);
    }
}
