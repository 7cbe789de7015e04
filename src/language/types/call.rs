//! Calls: of the program's functions, and of `derive`.

use super::super::meant;
use super::super::syntax::tree::{Expr, ExprKind, Ident};
use super::super::value::Time;
use super::fit::Fit;
use super::kind::Type;
use super::known::Typed;
use super::place::{PhoneTypes, Place};
use super::{Checker, Inside, Signature};
use crate::diagnostic::{Code, Diagnostic};

impl Checker {
    pub(super) fn call(&mut self, expr: &Expr, name: &Ident, arguments: &[Expr], place: &Place<'_>) -> Typed {
        if name.text == "derive" {
            return self.derive(expr, name, arguments, place);
        }
        let signature = match self.functions.get(&name.text) {
            Some(Some(signature)) => signature.clone(),
            // It has a finding, or was never heard of; what it is called with is looked at all the same.
            known => {
                let unknown = known.is_none();
                for argument in arguments {
                    self.expression(argument, place);
                }
                if unknown {
                    let finding = Diagnostic::new(Code::P0201, name.span, format!("unknown function `{}`", name.text));
                    let finding = match meant::function(&name.text) {
                        Some((why, help)) => finding.because(why).help(help),
                        None => {
                            let known = self.functions.keys().map(String::as_str).chain(["derive"]);
                            finding.did_you_mean(&name.text, known)
                        }
                    };
                    return self.wrong(expr, finding);
                }
                return Typed::any();
            }
        };
        let mut made = Typed::build(signature.result.clone());
        for (position, argument) in arguments.iter().enumerate() {
            let Some((parameter, ty)) = signature.parameters.get(position) else {
                self.expression(argument, place);
                continue;
            };
            let typed = match ty {
                Type::Optional(_) => self.expression(argument, place),
                _ => self.needed(argument, place),
            };
            if ty.takes(&typed.ty) == Fit::Never {
                let finding = self.not_taken(ty, &typed.ty, argument).label(parameter.span, "the parameter is this");
                self.wrong(argument, finding);
            }
            let text = || format!("handed to `{}` as `{}`", name.text, parameter.text);
            made.known_with(&typed.by(parameter.span, text));
        }
        let (wanted, given) = (signature.parameters.len(), arguments.len());
        if wanted != given {
            let wanted = if wanted == 1 { "1 value".to_owned() } else { format!("{wanted} values") };
            let message = format!("`{}` takes {wanted}, not {given}", name.text);
            let forms = signature.parameters.iter().map(|(name, ty)| format!("{}: {ty}", name.text));
            let form = format!("it is `{}({})`", name.text, forms.collect::<Vec<_>>().join(", "));
            return self.wrong(expr, Diagnostic::new(Code::P0301, name.span, message).because(form));
        }
        made
    }

    /// The finding for a value of a type that does not fit the one that is stated.
    pub(super) fn not_taken(&self, wanted: &Type, given: &Type, value: &Expr) -> Diagnostic {
        let finding = Diagnostic::new(Code::P0301, value.span, format!("{} is wanted here", wanted.with_article()));
        let finding = match (wanted, given) {
            (Type::OneOf(words), Type::Word(word)) => {
                return Diagnostic::new(Code::P0303, value.span, format!("\"{word}\" is none of the words"))
                    .because(format!("one of {} is wanted", words.join(", ")))
                    .did_you_mean(word, words.iter().map(String::as_str));
            }
            (wanted, Type::Word(word)) => match wanted.fault_of(word) {
                Some(why) => finding.because(why),
                None => finding.because(format!("this is {}", given.with_article())),
            },
            (Type::Record(fields), Type::Record(_)) => {
                match fields
                    .iter()
                    .find(|(name, ty)| given.field(name).is_none_or(|field| ty.takes(field) == Fit::Never))
                {
                    Some((name, ty)) => match given.field(name) {
                        None => finding.because(format!("this has no `{name}`")),
                        Some(field) => {
                            let (field, ty) = (field.with_article(), ty.with_article());
                            finding.because(format!("its `{name}` is {field}, not {ty}"))
                        }
                    },
                    None => finding,
                }
            }
            _ => finding.because(format!("this is {}", given.with_article())),
        };
        match (wanted, given) {
            (Type::Bool, Type::Word(word)) if matches!(word.as_str(), "yes" | "no") => {
                finding.help(format!("write `{word}` without quotes"))
            }
            (Type::Int | Type::Port, Type::Word(word)) if word.parse::<i64>().is_ok() => {
                finding.help(format!("write {word} without quotes"))
            }
            (wanted, Type::Int) if wanted.is_text() && matches!(value.kind, ExprKind::Literal(_)) => {
                finding.help("write it in quotes")
            }
            (wanted, given) if wanted.is_text() && !given.is_text() && given.has_text() && *given != Type::Any => {
                finding.help("put it into a string: \"{…}\"")
            }
            (Type::Duration, Type::Int) => finding.help("write the unit: `40s`, `10m`, `1h` or `2d`"),
            _ => finding,
        }
    }

    /// `derive(S, x)`.
    fn derive(&mut self, expr: &Expr, name: &Ident, arguments: &[Expr], place: &Place<'_>) -> Typed {
        let help = "write `derive(fleet_key, phone.mac)`";
        let [secret, about] = arguments else {
            let message = "`derive` takes a secret, and what the key is for";
            return self.wrong(expr, Diagnostic::new(Code::P0301, name.span, message).help(help));
        };
        let (kept, about_what) = (self.needed(secret, place), self.needed(about, place));
        if !matches!(kept.ty, Type::Any | Type::Secret) {
            let finding = Diagnostic::new(Code::P0301, secret.span, "a key is derived from a secret")
                .because(format!("this is {}", kept.ty.with_article()));
            self.wrong(secret, finding.help(help));
        }
        if !about_what.ty.has_text() {
            let message = format!("{} has no one text", about_what.ty.with_article());
            self.wrong(about, Diagnostic::new(Code::P0301, about.span, message).help(help));
        }
        Typed::made_of(Type::Secret, [&kept, &about_what])
    }

    /// A function's body: it knows its parameters, and what is known at build. Whether nothing is wrong with it.
    pub(super) fn function(&mut self, name: &str, body: &Expr) -> bool {
        let Some(Some(signature)) = self.functions.get(name).cloned() else { return false };
        let Signature { parameters, result, stated } = &*signature;
        let told = (self.findings.len(), self.strangers.len());
        let phones = PhoneTypes::unknown();
        let mut place = Place::new(&phones);
        place.locals = parameters.iter().map(|(name, ty)| (name.text.clone(), Typed::build(ty.clone()))).collect();
        self.inside = Inside::Function;
        let typed = self.needed(body, &place);
        self.inside = Inside::default();
        let why = "a function knows its parameters, and what is known at build";
        if let Some(finding) = typed.too_late(Time::Build, why) {
            self.wrong(body, finding.help("hand the value in: `fn n(x: string): string = …`"));
        } else if result.takes(&typed.ty) == Fit::Never {
            let finding = self.not_taken(result, &typed.ty, body);
            self.wrong(body, finding.label(*stated, "the type is stated here"));
        }
        (self.findings.len(), self.strangers.len()) == told
    }
}
