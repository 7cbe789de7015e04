//! `prov rule`

use super::{Failure, Format, Global, Status, bench, output};
use crate::phone::Mac;
use crate::phone::model::ServerOption;
use crate::phone::stance::{Matter, Stance};
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
    /// Product name, perhaps for short (7841), for $PN and $PSN [default: CP-8841-3PCC]
    #[arg(long)]
    model: Option<String>,
    /// The load it runs, for $SWVER [default: 11.3(1) for the model]
    #[arg(long)]
    firmware: Option<String>,
    /// What DHCP option 66 holds: a rule without a server asks there; an address, a name, a URL, or two as `A;B`
    #[arg(long, value_name = "TEXT")]
    option66: Option<ServerOption>,
    /// How a contradiction of the vendor's texts is read: C-20=by-parts; may be repeated
    #[arg(long, value_name = "MATTER=CHOICE")]
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

pub fn run(arguments: &Arguments, global: &Global) -> Result<Status, Failure> {
    let text = value_sent(&text(&arguments.rule)?);
    let mut variables = variables(arguments)?;
    // What no phone knows stays as it is; whoever sets it should know.
    let unknown: Vec<_> = arguments.set.iter().filter_map(|(name, value)| variables.set(name, value).err()).collect();
    let stances = bench::stances(&arguments.stance);
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
    let mac = arguments.mac.unwrap_or(Mac::new([0, 0x0e, 8, 0, 0, 1]));
    let model = arguments.model.as_deref().unwrap_or("CP-8841-3PCC");
    let identity = bench::phone(mac, model, arguments.firmware.as_deref())?;
    let mut variables = Variables::of(&identity);
    let said = [
        (arguments.mac.is_some(), "MA", mac.plain()),
        (arguments.model.is_some(), "PN", identity.product().to_owned()),
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
