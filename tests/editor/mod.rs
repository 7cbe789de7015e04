//! `prov lsp`, asked as an editor asks it: through its protocol, on the pipes of the real binary.

mod asking;
mod changing;
mod client;
mod damage;
mod grammars;
mod hostile;
mod typing;
