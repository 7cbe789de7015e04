//! Certificates that openssl makes, with an authority behind them: phones know no other.

use super::run;
use std::path::Path;
use std::process::Command;

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

fn openssl(folder: &Path, arguments: &str) {
    run(Command::new("openssl").args(arguments.split(' ')).current_dir(folder)).ok();
}

/// `NAME.pem` and `NAME.key` of an authority.
pub fn authority(folder: &Path, name: &str) {
    openssl(folder, &format!("req -x509 {KEY} -days 400 -keyout {name}.key -out {name}.pem -subj /CN=authority"));
}

/// The same of who is signed by it, for the names that `alternatives` has (`DNS:…,IP:…`), or the subject alone.
pub fn signed(folder: &Path, by: &str, name: &str, subject: &str, alternatives: Option<&str>) {
    let names = alternatives.map(|names| format!(" -addext subjectAltName={names}")).unwrap_or_default();
    openssl(folder, &format!("req {KEY} -keyout {name}.key -out {name}.csr -subj {subject}{names}"));
    let by = format!("-CA {by}.pem -CAkey {by}.key -CAcreateserial -copy_extensions copy");
    openssl(folder, &format!("x509 -req -in {name}.csr {by} -days 300 -out {name}.pem"));
}
