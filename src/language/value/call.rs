//! Calls: of the functions that a program declares, and of `derive`.

use super::super::syntax::tree::{Expr, Ident};
use super::super::types::misfit;
use super::evaluate::{evaluate, present};
use super::{Scope, SecretPart, SecretText, Value, handed_on};
use crate::diagnostic::{Code, Diagnostic, Span};

/// A call of a function of the program.
pub(super) fn call(name: &Ident, arguments: &[Expr], scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let fault = |finding: Diagnostic| Err(Some(Box::new(finding)));
    let Some(function) = scope.globals.functions.get(&name.text) else {
        let known = scope.globals.functions.keys().map(String::as_str).chain(["derive"]);
        let finding = Diagnostic::new(Code::P0201, name.span, format!("unknown function `{}`", name.text));
        return fault(finding.did_you_mean(&name.text, known));
    };
    let Some(function) = function else { return Err(None) };
    if function.parameters.len() != arguments.len() {
        let message = format!("`{}` takes {}, not {}", name.text, count(function.parameters.len()), arguments.len());
        return fault(Diagnostic::new(Code::P0301, name.span, message));
    }
    let mut locals = Vec::with_capacity(arguments.len());
    // Types that cannot be read have their finding at the declaration.
    let (types, result) = function.types.as_ref().ok_or(None)?;
    for (((parameter, written), ty), argument) in function.parameters.iter().zip(types).zip(arguments) {
        let value = match present(argument, scope)? {
            Some(value) => value,
            None if written.optional => Value::Absent,
            None => return Err(None),
        };
        if let Some(finding) = misfit(ty, written.span, &value, argument.span) {
            return fault(finding);
        }
        locals.push((parameter.text.clone(), value));
    }
    let value = evaluate(&function.body, &Scope { globals: scope.globals, locals: &locals, phone: None })?;
    match misfit(result, function.result.span, &value, function.body.span) {
        Some(finding) => fault(finding),
        None => Ok(handed_on(value, name.span)),
    }
}

fn count(number: usize) -> String {
    match number {
        1 => "1 value".into(),
        many => format!("{many} values"),
    }
}

/// `derive(S, x)`.
pub(super) fn derive(name: &Ident, arguments: &[Expr], scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let fault = |span: Span, message: &str| {
        let finding = Diagnostic::new(Code::P0301, span, message).help("write `derive(fleet_key, phone.mac)`");
        Err(Some(Box::new(finding)))
    };
    let [secret, about] = arguments else {
        return fault(name.span, "`derive` takes a secret, and what the key is for");
    };
    let Value::Secret(SecretText { parts, way }) = evaluate(secret, scope)? else {
        return fault(secret.span, "a key is derived from a secret");
    };
    let [SecretPart::Kept(secret)] = parts.as_slice() else {
        return fault(secret.span, "a key is derived from one secret as it is kept");
    };
    match evaluate(about, scope)?.text() {
        Some(text) => {
            let parts = vec![SecretPart::Derived(secret.clone(), text)];
            Ok(Value::Secret(SecretText { parts, way }))
        }
        None => fault(about.span, "this has no one text"),
    }
}
