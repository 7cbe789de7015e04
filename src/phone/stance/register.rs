//! The register of contradictions (PB §31): each matter, its readings, which of the vendor's texts say so, and why the first
//! is the one taken.

use super::{Choice, Consulted};

macro_rules! matters {
    ($( $matter:ident, $id:literal, $field:ident: $choice:ident, $title:literal,
        because $because:literal {
        $( $variant:ident = $word:literal, $says:literal, $texts:literal; )+
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
                    $( Matter::$matter => &[$( Choice { word: $word, says: $says, texts: $texts }, )+], )+
                }
            }

            /// Why the first reading is the one taken by default.
            pub const fn because(self) -> &'static str {
                match self { $( Matter::$matter => $because, )+ }
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
    C01, "C-01", pending: Pending, "what the customization state Pending means",
        because "it is a word on the status page: nothing of provisioning depends on it" {
        Asked = "asked", "Cisco's redirection service is being asked", "S1";
        Downloaded = "downloaded", "its answer was downloaded", "TSH";
    }
    C02, "C-02", aborted: Aborted, "when DHCP ends remote customization",
        because "S1 itself lets a phone ask Cisco's cloud when the download fails (PB §3), which it could not if the query ended it" {
        OnDownload = "download", "a profile was downloaded from the server that DHCP named",
            "TSH and its support article";
        OnQuery = "query", "DHCP named a server", "S1, in its table of states";
    }
    C03, "C-03", tail: Tail, "the second file asked for where an option holds a URL without a path",
        because "the expansion is the more careful place of one guide; a server can answer both" {
        Cfg = "cfg", "`/Cisco/$PN/$MA.cfg`", "MIG, where it works the rule out";
        Xml = "xml", "`/Cisco/$PN/$MA.xml`", "MIG, one line of its table";
    }
    C04, "C-04", second_path: SecondPath, "where the second file lies",
        because "each chapter speaks of the mechanism it is about; a server can answer both paths" {
        ByChapter = "by-chapter", "`/Cisco/$PN/$MA.cfg` for DHCP and `/Cisco/$MA.cfg` for DNS SRV, as each chapter has it",
            "MIG for DHCP, S1 for DNS SRV";
        WithProduct = "with-product", "`/Cisco/$PN/$MA.cfg` for both", "MIG";
        WithoutProduct = "without-product", "`/Cisco/$MA.cfg` for both", "S1";
    }
    C05, "C-05", services: Services, "DNS SRV for provisioning",
        because "the texts that support it are newer, and give the firmware from which it works" {
        Supported = "supported", "supported from 11.3(1)", "S1, RN";
        Unsupported = "unsupported", "only A records work", "SEC, in older words";
    }
    C06, "C-06", first_rule: FirstRule, "the Profile_Rule of the factory",
        because "two tables say so, and the first tail of DHCP is that path (PB §5); a server can answer both" {
        Series = "psn", "`/$PSN.xml`", "S2, P17, in their tables of parameters";
        Product = "pn", "`/$PN.cfg`", "S1";
    }
    C07, "C-07", after_upgrade: AfterUpgrade, "Resync_On_Reset and the restart after an upgrade",
        because "S2 is the newer text, and both come to the same while Resync_After_Upgrade_Attempt is Yes" {
        Included = "included", "Resync_On_Reset counts after every restart", "S2";
        Excluded = "excluded", "not after those that upgrades cause: Resync_After_Upgrade_Attempt does", "P17";
    }
    C08, "C-08", random_unit: RandomUnit, "the unit of Resync_Random_Delay",
        because "four texts against two, with an example worked out" {
        Twenty = "20-seconds", "20 s", "S2, EM, ATA and a support article, which work out that 2 is 40 s";
        One = "1-second", "1 s", "P17, EF";
    }
    C09, "C-09", short_spread: ShortSpread, "a Resync_At_Random_Delay below 600",
        because "600 is the least of the newer range; write 600 or more, and all texts agree" {
        Least = "600", "counts as 600", "S2 and EM: a wait between 0 and 600; ATA: the default is used";
        AsWritten = "as-written", "counts as written, and 0 leaves the time of day without effect",
            "P17, whose range begins at 0";
    }
    C10, "C-10", period_off: PeriodOff, "what turns Resync_Periodic off",
        because "who writes an empty value means to switch it off; 0 does it by every text" {
        Either = "0-or-empty", "0, and an empty value", "EF: an empty value; S2 and P17: 0";
        Zero = "0", "0; an empty value leaves the default", "S2, P17";
    }
    C11, "C-11", forced_delay: ForcedDelay, "Forced_Resync_Delay",
        because "the countdown is told step by step, the maximum in one word" {
        IdleTime = "idle-time", "how long all lines have to be idle before a resync that a call held back",
            "the countdown that the texts describe";
        LongestWait = "longest-wait", "how long a call can hold a resync back at most",
            "the first sentence of the same texts";
    }
    C12, "C-12", longest_report_period: LongestReportPeriod, "the largest periodic_upload_to_server",
        because "what is within it is valid by every text" {
        ThreeDays = "259200", "259200 s, 3 days", "the tables of parameters";
        ThirtyDays = "2592000", "2592000 s, 30 days", "one edition: 30 days";
    }
    C13, "C-13", triggers: Triggers, "what Resync_Trigger_1 and _2 do",
        because "the texts for this firmware say so; those against it are older or for other devices" {
        Gate = "gate", "a resync that is due is held back while none is true", "S2, EM, WEB, EF";
        Starter = "starter", "a resync begins when one becomes true, and none is held back", "P17, ATA, SPA";
    }
    C14, "C-14", rounding: Rounding, "the rounding of Resync_At_Random_Delay to minutes",
        because "a formula leaves less open than a word; they differ by a minute" {
        Nearest = "nearest", "to the nearest", "the formula that the texts print, (delay + 30) / 60";
        Up = "up", "up", "the words that go with the formula: rounding up";
    }
    C15, "C-15", empty: Empty, "an element without a value",
        because "two texts keep the value for `<X/>`, and two empty it for `<X></X>` (WF §1.4)" {
        KeepAndClear = "keep-and-clear", "`<X/>` keeps the value, `<X></X>` empties it",
            "SPA, EF in its second paragraph on elements";
        Clear = "clear", "both empty it", "EF in its first paragraph on elements";
        Restore = "restore", "`<X/>` keeps the value, `<X></X>` brings the default back",
            "EF in its closing note, from a format of plain text";
    }
    C16, "C-16", serverless: Serverless, "a rule without a server",
        because "a phone that resyncs by itself is asked by no host; the options of DHCP it always has (PB §5)" {
        Options = "options", "the servers that DHCP names", "EF: the server of option 66";
        Requester = "requester", "the host that asked for the resync, where one did", "S1, S2";
    }
    C17, "C-17", agent_id: AgentId, "the number in the User-Agent",
        because "the samples stand in three guides; a server should accept either" {
        Mac = "mac", "the MAC address", "the sample header lines of the guides";
        Serial = "serial", "the serial number", "the words beside the samples";
    }
    C18, "C-18", roots: Roots, "whose certificates a phone accepts of a server",
        because "a server that Cisco signed is accepted by both; the other reading would refuse what the list of preloaded roots allows" {
        Public = "public", "Cisco's, and those of common public authorities",
            "the same chapters elsewhere, and the roots that they list: common public authorities too";
        CiscoOnly = "cisco-only", "Cisco's only", "S1, S2: only Cisco's signature is recognised";
    }
    C19, "C-19", log_dash: LogDash, "what stands before the words in the default log messages",
        because "the newest table and its samples have it; whoever reads logs should take any" {
        Double = "--", "two hyphens", "EM and its examples";
        None = "none", "nothing", "S2, which drops it";
        En = "en-dash", "an en dash", "P17, ATA";
    }
    C20, "C-20", across: AcrossForms, "versions on both sides of the change of form in 11.3(2)",
        because "it is the only one that is written down; rules that come out right under both are safe" {
        Error = "error", "cannot be compared: the rule fails", "EF: a format parsing error";
        ByParts = "by-parts", "are compared part by part",
            "no text; it follows where the parts are compared as EF tells for one form";
    }
}
