//! What `request.…` is: what a server knows of who asks.

use super::kind::Type;

/// Each value by its whole name, with its type.
pub const VALUES: [(&str, Type); 9] = [
    // The subject of the certificate that the phone shows.
    ("certificate.subject.cn", Type::String),
    ("certificate.subject.o", Type::String),
    ("certificate.subject.ou", Type::String),
    ("certificate.subject.l", Type::String),
    ("certificate.subject.st", Type::String),
    ("certificate.subject.c", Type::String),
    ("certificate.subject.serial", Type::String),
    // The load that the User-Agent header names.
    ("agent.firmware", Type::Version),
    // What the phone POSTs.
    ("body", Type::String),
];

/// The type of a value by its name after `request.`.
pub fn value(name: &str) -> Option<Type> {
    VALUES.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty.clone())
}

/// Whether a name leads to a value, and is none itself.
pub fn leads_on(name: &str) -> bool {
    VALUES.iter().any(|(known, _)| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}
