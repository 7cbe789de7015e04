//! A text with holes, as far as one kind of phones has it: what follows from the model is filled in, cells are left.

use crate::plan::{Fleet, Model, PhoneRef, Piece, Served, Template};

/// What stands for a secret that a cell names.
const HIDDEN: &str = "•••";

/// The template with everything filled in that is the same for all phones of one model.
pub(super) fn of_model(template: &Template, served: &Served, phone: PhoneRef) -> Template {
    let (Some(fleet), Some(model)) = (served.fleet(phone), served.model(phone)) else { return template.clone() };
    let place = fleet.phones.models.get(phone.row as usize).map_or(0, |place| usize::from(*place));
    filled(template, place, model)
}

fn filled(template: &Template, place: usize, model: &Model) -> Template {
    let mut all = Template::default();
    for piece in template.pieces() {
        all.push(match piece {
            Piece::ByModel(texts) => Piece::Text(texts.get(place).cloned().unwrap_or_default()),
            Piece::Macro(name) if !name.names_phone() => {
                let mut text = String::new();
                name.expand(crate::phone::Mac::new([0; 6]), &model.name, &model.series, &mut text);
                Piece::Text(text)
            }
            Piece::Derived { secret, about } => {
                Piece::Derived { secret: secret.clone(), about: filled(about, place, model) }
            }
            Piece::DerivedColumn { secret, about } => {
                Piece::DerivedColumn { secret: *secret, about: filled(about, place, model) }
            }
            other => other.clone(),
        });
    }
    all
}

/// Whether phones of one kind may have different texts of it.
pub(super) fn varies(template: &Template) -> bool {
    template.pieces().iter().any(|piece| match piece {
        Piece::Column(_) | Piece::SecretColumn(_) | Piece::DerivedColumn { .. } => true,
        Piece::Macro(name) => name.names_phone(),
        Piece::Derived { about, .. } => varies(about),
        Piece::Text(_) | Piece::ByModel(_) | Piece::Request(_) | Piece::Secret(_) => false,
    })
}

/// Whether some cell of a table is in it.
pub(super) fn has_cells(template: &Template) -> bool {
    template.pieces().iter().any(|piece| match piece {
        Piece::Column(_) | Piece::SecretColumn(_) | Piece::DerivedColumn { .. } => true,
        Piece::Derived { about, .. } => has_cells(about),
        _ => false,
    })
}

pub(super) fn is_secret(template: &Template) -> bool {
    template.pieces().iter().any(Piece::is_secret)
}

/// The text for eyes: of one phone, or as a pattern. Secrets of the program are named, those of cells are dots.
pub(super) fn shown(template: &Template, fleet: Option<&Fleet>, served: &Served, of: Option<PhoneRef>) -> String {
    let mut text = String::new();
    for piece in template.pieces() {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Secret(secret) => text.push_str(&format!("{{secret {secret}}}")),
            Piece::Derived { secret, .. } => text.push_str(&format!("{{derived from secret {secret}}}")),
            Piece::SecretColumn(_) | Piece::DerivedColumn { .. } => text.push_str(HIDDEN),
            Piece::Request(value) => text.push_str(&format!("{{request.{}}}", value.name())),
            other => match (of, other) {
                (None, Piece::Column(column)) => {
                    let name = fleet.and_then(|fleet| fleet.phones.columns.get(*column)).map(|one| one.name.as_str());
                    text.push_str(&format!("{{phone.{}}}", name.unwrap_or_default()));
                }
                (None, Piece::Macro(name)) => text.push_str(&format!("$({})", name.name())),
                (of, one) => {
                    let mut alone = Template::default();
                    alone.push(one.clone());
                    text.push_str(&of.map(|phone| served.expand(phone, &alone)).unwrap_or_default());
                }
            },
        }
    }
    text
}

/// Whether two phones' texts are the same for the reason that every piece is; it may be so for others.
pub(super) fn same_pieces(before: (&Fleet, usize, &Template), after: (&Fleet, usize, &Template)) -> bool {
    let ((fleet_before, row_before, before), (fleet_after, row_after, after)) = (before, after);
    let cell = |a: usize, b: usize| fleet_before.phones.cell(a, row_before) == fleet_after.phones.cell(b, row_after);
    let same = |a: &Template, b: &Template| same_pieces((fleet_before, row_before, a), (fleet_after, row_after, b));
    before.pieces().len() == after.pieces().len()
        && before.pieces().iter().zip(after.pieces()).all(|pair| match pair {
            (Piece::Column(a), Piece::Column(b)) | (Piece::SecretColumn(a), Piece::SecretColumn(b)) => cell(*a, *b),
            (Piece::Derived { secret: a, about: left }, Piece::Derived { secret: b, about: right }) => {
                a == b && same(left, right)
            }
            (Piece::DerivedColumn { secret: a, about: left }, Piece::DerivedColumn { secret: b, about: right }) => {
                cell(*a, *b) && same(left, right)
            }
            (a, b) => a == b,
        })
}
