//! `prov rule`

use super::{Failure, Format, Global, Status, output};
use crate::phone::rule::Host;
use crate::phone::stance::{Matter, Stance, StanceError, Stances};
use crate::phone::{Identity, Mac};
use crate::platform::{Catalogue, bench_load};
use crate::workflow::rule::{Note, Question, RuleKind, Variables, answer, kind_meant, value_sent};
use clap::Args;
use clap::builder::PossibleValue;
use std::io::Read;

/// No phone holds a rule of this size; what is larger is a mistake.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The rule, trigger or text as the phone holds it; `-` reads it from stdin
    #[arg(value_name = "RULE", allow_hyphen_values = true)]
    rule: String,
    /// What the text stands in
    #[arg(long, value_enum, default_value_t = RuleKind::Profile)]
    kind: RuleKind,
    /// What a macro variable stands for: MA=000e08abcd01, A=Provisioned, SA=secret; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Hardware address, for $MA, $MAU and $MAC [default: 00:0e:08:00:00:01]
    #[arg(long, value_parser = super::show::mac)]
    mac: Option<Mac>,
    /// Product name, for $PN and $PSN [default: CP-8841-3PCC]
    #[arg(long)]
    model: Option<String>,
    /// The load it runs, for $SWVER [default: 11.3(1) for the model]
    #[arg(long)]
    firmware: Option<String>,
    /// The server that DHCP option 66 names: a rule without a server asks it
    #[arg(long, value_name = "ADDRESS", value_parser = host)]
    option66: Option<Host>,
    /// How a contradiction of the vendor's texts is read: C-20=by-parts; may be repeated
    #[arg(long, value_name = "MATTER=CHOICE", value_parser = stance)]
    stance: Vec<Stance>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl clap::ValueEnum for RuleKind {
    fn value_variants<'a>() -> &'a [Self] {
        RuleKind::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.stands_in()))
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, such as MA=000e08abcd01".to_owned()),
    }
}

fn host(text: &str) -> Result<Host, String> {
    Host::new(text).map_err(str::to_owned)
}

fn stance(text: &str) -> Result<Stance, String> {
    text.parse().map_err(|error: StanceError| error.to_string())
}

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let text = value_sent(&text(&arguments.rule)?);
    let mut variables = variables(arguments)?;
    // What no phone knows stays as it is; whoever sets it should know.
    let unknown: Vec<_> = arguments.set.iter().filter_map(|(name, value)| variables.set(name, value).err()).collect();
    let stances = arguments.stance.iter().fold(Stances::default(), |stances, stance| stances.and(*stance));
    let question = Question {
        text: &text,
        kind: arguments.kind,
        variables: &variables,
        option66: arguments.option66.clone(),
        stances,
        one_reading: arguments.stance.iter().any(|stance| stance.matter == Matter::C20),
    };
    let mut answer = answer(&question);
    answer.notes.extend(unknown.iter().map(Note::of_setting));
    let status = if answer.verdict.error.is_some() { Status::Findings } else { Status::Clean };
    if arguments.format == Format::Json {
        output::json(&answer)?;
        return Ok(status);
    }
    output::result(&answer.human(&stances));
    if let Some((error, places)) = answer.complaint() {
        output::error(&error, global);
        output::message(&places);
    }
    if !global.quiet {
        if let Some(kind) = kind_meant(&question) {
            output::message(&format!("note: {kind}\n"));
        }
        answer.doubts().iter().for_each(|doubt| output::message(&format!("note: {doubt}\n")));
    }
    Ok(status)
}

/// The phone that is asked, before anything is set by the name of a macro.
fn variables(arguments: &Arguments) -> Result<Variables, Failure> {
    let wrong = |error: crate::phone::IdentityError| Failure::new(format!("this is no phone: {error}"));
    let catalogue = Catalogue::cisco_mpp();
    let model = match arguments.model.as_deref() {
        None => "CP-8841-3PCC",
        Some(name) => catalogue.model_by_short_name(name).map_or(name, |model| model.name.as_str()),
    };
    if catalogue.model(model).is_none() && model.bytes().all(|octet| octet.is_ascii_digit()) {
        let near = catalogue
            .model_meant(model)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_else(|| "; it is named as in `CP-8841-3PCC`, or for short as in `8841`".to_owned());
        return Err(Failure::new(format!("unknown model `{model}`{near}")));
    }
    let firmware = arguments.firmware.clone().unwrap_or_else(|| bench_load(model));
    let mac = arguments.mac.unwrap_or(Mac::new([0, 0x0e, 8, 0, 0, 1]));
    let mut identity = Identity::new(mac, model, &firmware).map_err(wrong)?;
    if let Some(known) = Catalogue::cisco_mpp().model(model) {
        identity = identity.with_series(&known.series).map_err(wrong)?;
    }
    let mut variables = Variables::of(&identity);
    let said = [
        (arguments.mac.is_some(), "MA", mac.plain()),
        (arguments.model.is_some(), "PN", model.to_owned()),
        (arguments.firmware.is_some(), "SWVER", identity.firmware().to_owned()),
    ];
    for (_, name, value) in said.into_iter().filter(|(said, ..)| *said) {
        variables.set(name, &value).map_err(|error| Failure::new(error.to_string()))?;
    }
    Ok(variables)
}

fn text(rule: &str) -> Result<String, Failure> {
    if rule != "-" {
        return Ok(rule.to_owned());
    }
    let mut octets = Vec::new();
    std::io::stdin()
        .lock()
        .take(MAX_BYTES + 1)
        .read_to_end(&mut octets)
        .map_err(|error| Failure::new(format!("cannot read the rule from stdin: {error}")))?;
    if octets.len() as u64 > MAX_BYTES {
        return Err(Failure::new("the rule on stdin is larger than 16 MiB"));
    }
    String::from_utf8(octets).map_err(|_| Failure::new("the rule on stdin is no UTF-8 text"))
}
