//! The plan made ready to answer: phones by hardware address, files by path, and templates compiled to bytes, so
//! that rendering one phone's file is copying text and filling holes. Nothing is rendered before it is asked for.

use super::compiled::{CompiledFleet, CompiledShape, Rendered};
use super::file_index::{FileIndex, path_hash};
use super::{
    Asking, Bootstrap, Cipher, DhcpOption, Fleet, Model, PhoneTable, Piece, Plan, Profile, Scheme, Seal, SecretRef,
    Secrets, SettingValue, Shape, Template,
};
use crate::phone::Mac;
use crate::phone::seal::{RECORD_SIZE, seal_content, seal_salted};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};

/// One phone: its fleet and its row there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneRef {
    pub fleet: u16,
    pub row: u32,
}

/// One file. `row` is the first phone that shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRef {
    pub fleet: u16,
    pub part: Part,
    pub row: u32,
}

/// Which of a fleet's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Bootstrap,
    /// Position in `Fleet::profiles`.
    Profile(u8),
}

/// Whether a path is one phone's alone.
fn names_phone(path: &Template) -> bool {
    path.pieces().iter().any(|piece| matches!(piece, Piece::Macro(name) if name.names_phone()))
}

/// Wherever files of a fleet, their keys and accounts may hold a secret.
fn secret_places<'p>(fleet: &'p Fleet, shapes: impl Iterator<Item = &'p Shape>) -> impl Iterator<Item = &'p Piece> {
    let values = shapes.flat_map(|shape| &shape.settings).filter_map(|setting| match &setting.value {
        SettingValue::Set(value) => Some(value),
        SettingValue::Keep => None,
    });
    let keys = fleet.profiles.iter().filter_map(|profile| profile.seal.as_ref()).map(|seal| &seal.key);
    let accounts = fleet.profiles.iter().filter_map(|profile| profile.account.as_ref());
    let accounts = accounts.flat_map(|account| [&account.user, &account.password]);
    values.chain(keys).chain(accounts).flat_map(Template::pieces)
}

/// A plan with its indexes.
pub struct Served {
    plan: Plan,
    /// Made when first asked for, as `files` is: most of what looks at a plan asks for neither.
    phones: OnceLock<Arc<HashMap<Mac, PhoneRef, Fast>>>,
    /// Addresses kept, by position of the network and client.
    pub(super) reserved: HashMap<(usize, Mac), Ipv4Addr, Fast>,
    files: OnceLock<Arc<FileIndex>>,
    images: OnceLock<Vec<(usize, String)>>,
    compiled: Vec<CompiledFleet>,
    secrets: Secrets,
}

type Fast = BuildHasherDefault<DefaultHasher>;

impl Served {
    pub fn new(plan: Plan) -> Self {
        let mut reserved = HashMap::default();
        for (number, network) in plan.networks.iter().enumerate() {
            reserved.extend(network.reservations.iter().map(|kept| ((number, kept.mac), kept.address)));
        }
        let compiled = plan.fleets.iter().map(CompiledFleet::new).collect();
        let (phones, files, images) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Served { plan, phones, reserved, files, images, compiled, secrets: Secrets::Hidden }
    }

    /// The same with every index made, so that the first who asks does not wait for it.
    pub fn ready(&self) -> &Self {
        self.phones();
        self.files();
        self.image_directories();
        self
    }

    fn phones(&self) -> &HashMap<Mac, PhoneRef, Fast> {
        self.phones.get_or_init(|| {
            let mut phones = HashMap::with_capacity_and_hasher(self.plan.phone_count(), Fast::default());
            for (number, fleet) in self.plan.fleets.iter().enumerate() {
                for (row, mac) in fleet.phones.macs.iter().enumerate() {
                    phones.entry(*mac).or_insert(PhoneRef { fleet: number as u16, row: row as u32 });
                }
            }
            Arc::new(phones)
        })
    }

    fn files(&self) -> &FileIndex {
        self.files.get_or_init(|| Arc::new(FileIndex::of(&self.plan)))
    }

    #[cfg(test)]
    pub(crate) fn has_phones(&self) -> bool {
        self.phones.get().is_some()
    }

    #[cfg(test)]
    pub(crate) fn has_files(&self) -> bool {
        self.files.get().is_some()
    }

    /// Whether both are known to have the same phones, in the same places, without a look at each.
    pub fn shares_phones(&self, other: &Served) -> bool {
        self.phones.get().zip(other.phones.get()).is_some_and(|(ours, theirs)| Arc::ptr_eq(ours, theirs))
    }

    /// Shares the phones of a plan that has the same, if it has looked at them.
    pub(super) fn take_phones(&self, of: &Served) {
        let _ = of.phones.get().map(|phones| self.phones.set(phones.clone()));
    }

    /// Shares the files of a plan that has the same, if it has looked at them.
    pub(super) fn take_files(&self, of: &Served) {
        let _ = of.files.get().map(|files| self.files.set(files.clone()));
    }

    /// Where phones ask for firmware, by position of the server.
    pub(super) fn image_directories(&self) -> &[(usize, String)] {
        self.images.get_or_init(|| self.find_image_directories())
    }

    /// The same plan, with what rendering may know of secrets.
    pub fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// What rendering knows of secrets from here on; gives back what it knew.
    pub fn swap_secrets(&mut self, secrets: Secrets) -> Secrets {
        std::mem::replace(&mut self.secrets, secrets)
    }

    /// Every secret that some file or key needs.
    pub fn secrets_needed(&self) -> BTreeSet<SecretRef> {
        let mut needed = BTreeSet::new();
        for fleet in &self.plan.fleets {
            let shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
            let shapes = shapes.chain(fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape));
            secret_places(fleet, shapes).for_each(|piece| fleet.phones.secrets_of(piece, &mut needed));
        }
        let realms = self.plan.servers.iter().flat_map(|server| [&server.realms.http, &server.realms.https]);
        let nobody = PhoneTable::default();
        for account in realms.flatten().flat_map(|realm| &realm.accounts) {
            account.password.pieces().iter().for_each(|piece| nobody.secrets_of(piece, &mut needed));
        }
        needed
    }

    /// The secrets that the files of one phone need.
    pub fn secrets_of(&self, phone: PhoneRef) -> BTreeSet<SecretRef> {
        let mut needed = BTreeSet::new();
        let Some(fleet) = self.fleet(phone) else { return needed };
        let files = self.files_of(phone);
        let shapes = files.iter().filter_map(|file| self.shape(*file));
        for piece in secret_places(fleet, shapes) {
            fleet.phones.secrets_of_row(piece, phone.row as usize, &mut needed);
        }
        needed
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn phone(&self, mac: Mac) -> Option<PhoneRef> {
        self.phones().get(&mac).copied()
    }

    pub fn fleet(&self, phone: PhoneRef) -> Option<&Fleet> {
        self.plan.fleets.get(usize::from(phone.fleet))
    }

    pub fn mac(&self, phone: PhoneRef) -> Option<Mac> {
        self.fleet(phone)?.phones.macs.get(phone.row as usize).copied()
    }

    pub fn model(&self, phone: PhoneRef) -> Option<&Model> {
        let model = *self.fleet(phone)?.phones.models.get(phone.row as usize)?;
        self.plan.models.get(usize::from(model))
    }

    /// All phones, in the program's order.
    pub fn all_phones(&self) -> impl Iterator<Item = PhoneRef> + '_ {
        self.plan.fleets.iter().enumerate().flat_map(|(fleet, of)| {
            (0..of.phones.len()).map(move |row| PhoneRef { fleet: fleet as u16, row: row as u32 })
        })
    }

    /// The file that a server gives for a path, over a scheme. A bootstrap file is given over every scheme that its
    /// server offers, since a factory-fresh phone tries them all (PB §5); a profile only over its own.
    pub fn find(&self, server: usize, scheme: Scheme, path: &str) -> Option<FileRef> {
        self.matching(server, scheme, path).next()
    }

    /// As [`Served::find`], where it is known whose phone asks. Fleets on one server have bootstrap files under the same
    /// names; each phone gets its own fleet's, and one that nobody knows gets none of them.
    pub fn find_for(&self, server: usize, scheme: Scheme, path: &str, fleet: Option<u16>) -> Option<FileRef> {
        let first = self.find(server, scheme, path)?;
        if first.part != Part::Bootstrap {
            return Some(first);
        }
        let mut all = self.matching(server, scheme, path);
        match fleet {
            Some(fleet) => all.find(|file| file.fleet == fleet),
            None => Some(first).filter(|first| all.all(|file| file.fleet == first.fleet)),
        }
    }

    fn matching(&self, server: usize, scheme: Scheme, path: &str) -> impl Iterator<Item = FileRef> {
        self.files().get(path_hash(server, path)).filter(move |file| self.answers(*file, scheme, path))
    }

    /// Whether the file is asked for by this path, and not only by one that hashes alike.
    fn answers(&self, file: FileRef, scheme: Scheme, path: &str) -> bool {
        let Some(fleet) = self.plan.fleets.get(usize::from(file.fleet)) else { return false };
        let mut expanded = String::with_capacity(path.len());
        let mut expands_to = |template: &Template| {
            expanded.clear();
            fleet.phones.expand(template, file.row as usize, &self.plan.models, &mut expanded);
            expanded == path
        };
        match file.part {
            Part::Profile(number) => {
                let profile = fleet.profiles.get(usize::from(number));
                profile.is_some_and(|profile| profile.scheme == scheme && expands_to(&profile.path))
            }
            Part::Bootstrap => fleet.bootstrap.iter().flat_map(|bootstrap| &bootstrap.paths).any(expands_to),
        }
    }

    /// The files one phone fetches: the bootstrap file, then its profiles in order. Each names the first phone that
    /// shares the file, so that equal files are equal references.
    pub fn files_of(&self, phone: PhoneRef) -> Vec<FileRef> {
        let Some(fleet) = self.fleet(phone) else { return Vec::new() };
        let mut files = Vec::with_capacity(fleet.profiles.len() + 1);
        if let Some(file) = fleet.bootstrap.as_ref().and_then(|bootstrap| {
            let path = self.expand(phone, bootstrap.paths.first()?);
            self.plan.servers.get(fleet.server)?;
            self.files()
                .get(path_hash(fleet.server, &path))
                .find(|file| file.part == Part::Bootstrap && file.fleet == phone.fleet)
        }) {
            files.push(file);
        }
        for profile in &fleet.profiles {
            let path = self.expand(phone, &profile.path);
            files.extend(self.find(profile.server, profile.scheme, &path));
        }
        files
    }

    /// A template written for one phone.
    pub fn expand(&self, phone: PhoneRef, template: &Template) -> String {
        let mut text = String::new();
        if let Some(fleet) = self.fleet(phone) {
            fleet.phones.expand(template, phone.row as usize, &self.plan.models, &mut text);
        }
        text
    }

    /// The path under which the file is fetched.
    pub fn path(&self, file: FileRef) -> String {
        let phone = PhoneRef { fleet: file.fleet, row: file.row };
        let template = self.fleet(phone).and_then(|fleet| match file.part {
            Part::Bootstrap => fleet.bootstrap.as_ref()?.paths.first(),
            Part::Profile(number) => Some(&fleet.profiles.get(usize::from(number))?.path),
        });
        template.map(|template| self.expand(phone, template)).unwrap_or_default()
    }

    /// The profile a file belongs to; none for a bootstrap file.
    pub fn profile(&self, file: FileRef) -> Option<&Profile> {
        match file.part {
            Part::Bootstrap => None,
            Part::Profile(number) => self.plan.fleets.get(usize::from(file.fleet))?.profiles.get(usize::from(number)),
        }
    }

    /// What stands in a file.
    pub fn shape(&self, file: FileRef) -> Option<&Shape> {
        let fleet = self.plan.fleets.get(usize::from(file.fleet))?;
        match file.part {
            Part::Bootstrap => fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape),
            Part::Profile(number) => fleet.profiles.get(usize::from(number))?.shape(file.row as usize),
        }
    }

    /// How many parameters the file sets.
    pub fn parameters(&self, file: FileRef) -> usize {
        self.compiled_shape(file).map_or(0, |shape| shape.parameters)
    }

    /// Whether the file as it is sent holds a secret for anybody to read.
    pub fn tells_secrets(&self, file: FileRef) -> bool {
        let sealed = self.profile(file).is_some_and(|profile| profile.seal.is_some());
        let settings = self.shape(file).filter(|_| !sealed).map(|shape| shape.settings.as_slice()).unwrap_or_default();
        settings.iter().any(|setting| match &setting.value {
            SettingValue::Set(value) => value.pieces().iter().any(Piece::is_secret),
            SettingValue::Keep => false,
        })
    }

    /// Whether the file is under RFC 8188, which HTTP says in a header and a phone reads there only (WF §4).
    pub fn is_content_encoded(&self, file: FileRef) -> bool {
        let seal = self.profile(file).and_then(|profile| profile.seal.as_ref());
        seal.is_some_and(|seal| seal.cipher == Cipher::Aes128Gcm)
    }

    /// Whether the file's path is asked for by one phone only.
    pub fn names_phone(&self, file: FileRef) -> bool {
        self.profile(file).is_some_and(|profile| names_phone(&profile.path))
    }

    /// The profile that a phone has for itself under this path; others it finds as everyone does.
    pub(super) fn own(&self, phone: PhoneRef, server: usize, scheme: Scheme, path: &str) -> Option<FileRef> {
        let profiles = self.fleet(phone)?.profiles.iter().enumerate();
        let mut here =
            profiles.filter(|(_, one)| one.server == server && one.scheme == scheme && names_phone(&one.path));
        let (number, _) = here.find(|(_, profile)| self.expand(phone, &profile.path) == path)?;
        Some(FileRef { fleet: phone.fleet, part: Part::Profile(u8::try_from(number).ok()?), row: phone.row })
    }

    /// The options that the DHCP answer to this phone adds to its network's.
    pub fn dhcp_options(&self, phone: PhoneRef) -> &[DhcpOption] {
        self.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref()).map_or(&[], |bootstrap| &bootstrap.options)
    }

    /// Appends the file as XML, for eyes: secrets are dots.
    pub fn render_xml(&self, file: FileRef, into: &mut Vec<u8>) {
        self.xml(file, &Secrets::Hidden, None, into);
    }

    /// Appends the file as XML, with what is known of secrets: for whoever has to know what a phone holds.
    pub(super) fn render_plain(&self, file: FileRef, into: &mut Vec<u8>) {
        self.xml(file, &self.secrets, None, into);
    }

    fn xml(&self, file: FileRef, secrets: &Secrets, asking: Option<&dyn Asking>, into: &mut Vec<u8>) {
        if let Some((shape, rendered)) = self.rendered(file, secrets, asking) {
            shape.render(&rendered, into);
        }
    }

    fn rendered<'r>(
        &'r self,
        file: FileRef,
        secrets: &'r Secrets,
        asking: Option<&'r dyn Asking>,
    ) -> Option<(&'r CompiledShape, Rendered<'r>)> {
        let fleet = self.plan.fleets.get(usize::from(file.fleet))?;
        let (phones, row, models) = (&fleet.phones, file.row as usize, self.plan.models.as_slice());
        Some((self.compiled_shape(file)?, Rendered { phones, row, models, secrets, asking }))
    }

    /// Whether the file is another for each request.
    pub fn asks(&self, file: FileRef) -> bool {
        self.compiled_shape(file).is_some_and(|shape| shape.asks)
    }

    /// Appends the file as it is sent: XML, then gzip, then sealed, as the profile says. The order is the phone's (WF §2).
    pub fn render_wire(&self, file: FileRef, into: &mut Vec<u8>) {
        self.render_for(file, None, into);
    }

    /// The same, for who asks.
    pub fn render_for(&self, file: FileRef, asking: Option<&dyn Asking>, into: &mut Vec<u8>) {
        let Some(profile) = self.profile(file).filter(|profile| profile.gzip || profile.seal.is_some()) else {
            return self.xml(file, &self.secrets, asking, into);
        };
        let Some((shape, rendered)) = self.rendered(file, &self.secrets, asking) else { return };
        let Some(seal) = &profile.seal else { return shape.gzip(&rendered, into) };
        let mut plain = Vec::new();
        match profile.gzip {
            true => shape.gzip(&rendered, &mut plain),
            false => shape.render(&rendered, &mut plain),
        }
        self.seal(file, seal, &plain, into);
    }

    /// The salt is made from key, path and content, so that nothing changes unless something changed.
    fn seal(&self, file: FileRef, seal: &Seal, plain: &[u8], into: &mut Vec<u8>) {
        let Some(fleet) = self.plan.fleets.get(usize::from(file.fleet)) else { return };
        let mut key = String::new();
        fleet.phones.expand_with(&seal.key, file.row as usize, &self.plan.models, &self.secrets, &mut key);
        let mut hash = Sha256::new();
        for part in [key.as_bytes(), self.path(file).as_bytes(), plain] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let salt: [u8; 32] = hash.finalize().into();
        match seal.cipher {
            Cipher::Aes256Cbc(digest) => {
                let salt = salt.first_chunk().copied().unwrap_or_default();
                seal_salted(key.as_bytes(), digest, salt, plain, into);
            }
            Cipher::Aes128Gcm => {
                let salt = salt.first_chunk().copied().unwrap_or_default();
                // Only a record size below 18 or a key name above 255 octets is refused.
                let _ = seal_content(key.as_bytes(), salt, RECORD_SIZE, b"", plain, into);
            }
        }
    }

    /// Every file, each once: bootstrap files under the first of their names, then profiles.
    pub fn all_files(&self) -> Vec<FileRef> {
        let mut files: Vec<FileRef> = self.files().all().collect();
        files.retain(|file| {
            file.part != Part::Bootstrap
                || self.files().get(path_hash(self.server_of(*file), &self.path(*file))).any(|other| other == *file)
        });
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Every (path, file) pair that is answered, aliases of bootstrap files included, in a stable order.
    pub fn all_paths(&self) -> Vec<(usize, String, FileRef)> {
        let files: Vec<FileRef> = self.files().all().collect();
        let paths_of = |file: &FileRef| -> Vec<(usize, String, FileRef)> {
            let server = self.server_of(*file);
            let phone = PhoneRef { fleet: file.fleet, row: file.row };
            match (file.part, self.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref())) {
                (Part::Bootstrap, Some(Bootstrap { paths: templates, .. })) => {
                    templates.iter().map(|path| (server, self.expand(phone, path), *file)).collect()
                }
                _ => vec![(server, self.path(*file), *file)],
            }
        };
        let mut paths: Vec<_> = files.par_iter().flat_map_iter(paths_of).collect();
        paths.par_sort_unstable();
        paths.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1 && a.2.part == b.2.part && a.2.fleet == b.2.fleet);
        paths
    }

    /// Position of the server that gives the file.
    pub fn server_of(&self, file: FileRef) -> usize {
        match self.profile(file) {
            Some(profile) => profile.server,
            None => self.plan.fleets.get(usize::from(file.fleet)).map_or(0, |fleet| fleet.server),
        }
    }

    fn compiled_shape(&self, file: FileRef) -> Option<&CompiledShape> {
        let compiled = self.compiled.get(usize::from(file.fleet))?;
        match file.part {
            Part::Bootstrap => compiled.bootstrap.as_ref(),
            Part::Profile(number) => {
                let profile = self.profile(file)?;
                let shape = profile.shape_of.get(file.row as usize).map_or(0, |shape| usize::from(*shape));
                compiled.profiles.get(usize::from(number))?.get(shape)
            }
        }
    }
}
