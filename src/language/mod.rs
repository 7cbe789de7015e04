//! From text to a checked program: modules are loaded, names resolved, blocks read into typed declarations.
//! What a parameter is, and what a phone does with it, is not known here: that is the platform's.

mod allow;
mod before_parameter;
mod column;
mod condition;
mod dollar_hole;
mod forgotten;
mod form;
mod includes;
pub mod layout;
mod list_cell;
mod meant;
mod misplaced;
mod modules;
mod names;
mod program;
mod read;
mod reference;
mod report;
mod rule;
mod settings;
pub mod syntax;
pub mod types;
mod unknown;
mod unmatched;
mod unused;
mod value;

pub use allow::Allows;
pub use column::{Cells, ColumnType, PhoneColumn};
pub use condition::{Comparison, Condition, Conjunction, Deny, MOST_ALTERNATIVES, Normal, Operand, TooMany};
pub use forgotten::forgotten;
pub use form::form as form_of;
pub use modules::{FileFault, Files, MemoryFiles, Modules, join as written_path, load};
pub use names::when;
pub use names::{Names, resolve};
pub use program::*;
pub use read::{
    CellFound, Checked, DataFile, RowFound, RowWanted, Sought, check, check_noting, locate, seek, settings_of,
};
pub use reference::{Passage, passages, told_of};
pub use report::{Destination, LogMessage, LogTemplate, Report, ReportContent, ReportWhen};
pub use rule::{HandRule, RuleArm, RuleBody, RuleParameter};
pub use value::{
    Function, Globals, Later, Row, Scope, SecretPart, SecretText, Time, Value, Wait, duration, evaluate, time_of,
};
