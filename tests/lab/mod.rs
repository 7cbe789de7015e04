//! Real clients against `prov serve`: on the standard ports in network namespaces, and on loopback where the weather
//! is rough: ports taken, garbage on the wire, files cut short.

mod accounts;
mod bench;
mod capture;
mod classes;
mod end;
mod exports;
mod files;
mod forward;
mod garbage;
mod https;
mod images;
mod journal;
mod kill;
mod leases;
mod names;
mod operations;
mod phones;
mod push;
mod reflector;
mod refusal;
mod relays;
mod reload;
mod reports;
mod sixth;
mod strangers;
mod tftp;
mod weather;

pub use exports::HOSTILE;
