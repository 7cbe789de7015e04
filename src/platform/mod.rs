//! The platform as data, read from the standard library: parameters, models, macro variables, discovery. Nothing about
//! a vendor is written in the compiler's own code.

mod bench_load;
mod bench_phone;
mod capacity;
mod catalogue;
mod claims;
mod cut;
mod declared;
mod describe;
mod element;
mod known;
mod load;
mod macros;
mod model;
mod on_wire;
mod parameter;
mod refuses;
mod release;
mod spelling;
mod texts;
mod translated;
mod type_pages;
mod vendor;
mod wire;

pub use bench_load::bench_load;
pub use bench_phone::BenchPhoneError;
pub use capacity::{Ability, Counted, Existence};
pub use catalogue::Catalogue;
pub use claims::{Claim, can_hold};
pub use cut::{Cut, compares_whole, whole};
pub use known::Platform;
pub use load::{LoadFault, LoadName, ReleaseError, ReleaseOrder};
pub use macros::{MacroInfo, MacroKind, MacroScope};
pub use model::{Discovery, ModelInfo};
pub use on_wire::on_wire;
pub use parameter::{Parameter, ParameterType, TextType};
pub use refuses::refuses;
pub use release::{Release, ReleaseLoad, Releases};
pub use texts::Texts;
pub use type_pages::{type_names, type_page};
pub use vendor::Vendor;
pub use wire::{Misfit, doubts, surely_fits, wire};
