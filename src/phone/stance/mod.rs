//! Where the vendor's own texts contradict each other (PB §31): what a phone is taken to do. Each matter is a switch; its
//! first choice is the one that the rest of this program takes when nobody says otherwise.

mod register;

pub use register::*;

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

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
            page.push_str(&format!(
                "  {:<16} {}{usual}\n  {:<16} so: {}\n",
                choice.word, choice.says, "", choice.texts
            ));
        }
        page.push_str(&format!("\nWhy the first: {}.\n", self.because()));
        let named = |text: &str| {
            let mut words =
                self.choices().iter().flat_map(|choice| choice.texts.split(|c: char| !c.is_ascii_alphanumeric()));
            words.any(|word| word == text)
        };
        let mut texts = TEXTS.iter().filter(|(short, _)| named(short)).peekable();
        if texts.peek().is_some() {
            page.push_str("\nThe texts, by their short names (PB §0):\n");
        }
        for (short, long) in texts {
            page.push_str(&format!("  {short:<16} {long}\n"));
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
    /// Which of the vendor's texts say so.
    pub texts: &'static str,
}

/// The vendor's texts (PB §0).
const TEXTS: [(&str, &str); 11] = [
    ("S1", "the chapter Provisioning"),
    ("S2", "the chapter Provisioning Methods"),
    ("EF", "the chapter Provisioning Formats, 11.3"),
    ("EM", "the chapter Provisioning Methods, edition of 2025"),
    ("P17", "the provisioning guide for the 7800 and 7832 of 2017"),
    ("ATA", "the provisioning guide of the ATA 191 and 192"),
    ("SEC", "the chapter IP Phone Security, 11.3"),
    ("MIG", "the migration guides of the 7800 and 8800"),
    ("TSH", "the troubleshooting pages of the 8800"),
    ("RN", "the release notes of 11.3(1)"),
    ("SPA", "the provisioning guides of older SPA phones"),
];

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
        choices.get(self.choice(matter)).copied().unwrap_or(Choice { word: "", says: "", texts: "" })
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
    fn a_page_names_the_texts_where_the_readings_do() {
        for matter in Matter::ALL {
            let page = matter.page();
            let (_, texts) = page.split_once("The texts, by their short names (PB §0):\n").unwrap_or(("", "  none"));
            assert!(texts.starts_with("  "), "{page}");
        }
        assert!(!Matter::C11.page().contains("short names") && Matter::C05.page().contains("short names"));
    }

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
        let page = include_str!("../../../docs/phone-model.md");
        for matter in Matter::ALL {
            assert!(page.contains(&format!("| {} | {} |", matter.id(), matter.title())), "{}", matter.id());
            assert!(page.contains(&format!("{}: {}.", matter.id(), matter.because())), "{} because", matter.id());
            assert!(matter.page().contains(matter.because()));
            for Choice { word, says, texts } in matter.choices() {
                assert!(page.contains(&format!("| `{word}` | {says} | {texts} |")), "{} {word}", matter.id());
                assert!([word, says, texts].iter().all(|text| matter.page().contains(*text)));
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
