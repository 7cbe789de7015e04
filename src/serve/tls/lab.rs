//! A lab's own authority: made when a server has https and no certificate, and kept beside the leases, so that whoever was
//! told to trust it still does after a restart.

use crate::phone::Mac;
use crate::serve::state::StateLocation;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The authority, made when somebody first needs it.
pub struct Lab {
    /// None: it ends with the process.
    folder: Option<PathBuf>,
    made: OnceLock<Result<Made, String>>,
}

struct Made {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// What a phone of a demonstration shows of itself, as PEM.
#[derive(Clone)]
pub struct Device {
    pub certificate: String,
    pub key: String,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device")
    }
}

impl fmt::Debug for Lab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lab").field("folder", &self.folder).finish_non_exhaustive()
    }
}

const NAME: &str = "prov lab authority";

impl Lab {
    pub fn new(state: &StateLocation) -> Self {
        let folder = match state {
            StateLocation::Folder(folder) => Some(folder.join("tls")),
            StateLocation::Memory => None,
        };
        Lab { folder, made: OnceLock::new() }
    }

    /// Where people find the certificate to trust; nowhere, where nothing is kept.
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("lab-ca.pem"))
    }

    /// The authority's certificate as PEM, if it was needed.
    pub fn pem(&self) -> Option<&str> {
        self.made.get()?.as_ref().ok().map(|made| made.pem.as_str())
    }

    pub(super) fn authority(&self) -> Result<CertificateDer<'static>, String> {
        Ok(self.made()?.der.clone())
    }

    fn made(&self) -> Result<&Made, String> {
        self.made.get_or_init(|| make(self.folder.as_deref())).as_ref().map_err(Clone::clone)
    }

    /// A certificate for a server of these names, and its key.
    pub(super) fn server(
        &self,
        names: &[String],
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
        let mut params = CertificateParams::new(names.to_vec()).map_err(|why| why.to_string())?;
        named(&mut params, names.first().map_or("prov", String::as_str));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let (certificate, key) = self.sign(params)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(str::to_owned)?;
        Ok((vec![certificate.der().clone()], key))
    }

    /// A certificate for a phone, as its maker would have given it one.
    pub fn device(&self, common: &str, mac: Mac) -> Result<Device, String> {
        let mut params = CertificateParams::new(Vec::new()).map_err(|why| why.to_string())?;
        named(&mut params, common);
        params.distinguished_name.push(DnType::LocalityName, mac.to_string());
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let (certificate, key) = self.sign(params)?;
        Ok(Device { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    fn sign(&self, mut params: CertificateParams) -> Result<(rcgen::Certificate, KeyPair), String> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(|why| why.to_string())?;
        let certificate = params.signed_by(&key, &self.made()?.issuer).map_err(|why| why.to_string())?;
        Ok((certificate, key))
    }
}

/// Valid from before any phone was made to the last day that every reader of certificates can write: a lab's clocks are not
/// always set, and a phone has none before NTP (P0908).
fn named(params: &mut CertificateParams, common: &str) {
    params.distinguished_name = DistinguishedName::new();
    // A common name has 64 signs at most (RFC 5280, appendix A.1); names that count are the alternative ones.
    let short: String = common.chars().take(64).collect();
    params.distinguished_name.push(DnType::CommonName, short);
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
}

fn make(folder: Option<&Path>) -> Result<Made, String> {
    let key = match folder {
        None => KeyPair::generate().map_err(|why| why.to_string())?,
        Some(folder) => kept(folder)?,
    };
    let mut params = CertificateParams::new(Vec::new()).map_err(|why| why.to_string())?;
    named(&mut params, NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    // Of the same key it is the same authority, whichever of its certificates is trusted.
    let certificate = params.self_signed(&key).map_err(|why| why.to_string())?;
    let (pem, der) = (certificate.pem(), certificate.der().clone());
    if let Some(folder) = folder {
        let path = folder.join("lab-ca.pem");
        if fs::read_to_string(&path).ok().as_deref() != Some(pem.as_str()) {
            fs::write(&path, &pem).map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
        }
    }
    Ok(Made { issuer: Issuer::new(params, key), pem, der })
}

/// The key that was made once. One that cannot be read is an error: a new one would be trusted by nobody.
fn kept(folder: &Path) -> Result<KeyPair, String> {
    let path = folder.join("lab-ca.key");
    match fs::read_to_string(&path) {
        Ok(pem) => KeyPair::from_pem(&pem)
            .map_err(|_| format!("`{}` holds no key; remove it, and a new authority is made", path.display())),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)
                .map_err(|why| format!("cannot make the folder `{}`: {why}", folder.display()))?;
            let key = KeyPair::generate().map_err(|why| why.to_string())?;
            write_private(&path, key.serialize_pem().as_bytes())
                .map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
            Ok(key)
        }
        Err(why) => Err(format!("cannot read `{}`: {why}", path.display())),
    }
}

/// A file that nobody else reads; whole or not at all.
fn write_private(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    let next = path.with_extension("key.new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&next)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(&next, path)
}
