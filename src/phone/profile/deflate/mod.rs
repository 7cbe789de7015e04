//! Compression (RFC 1951) of texts that share a form. The files of a profile are one text with holes, thousands of times: what
//! repeats in it, and the code that suits it, is found once. A file of the form is then packed by writing what was found, and
//! the holes in the same code, at some ten times the speed of a compressor that begins anew with each file.
//!
//! The price is that nothing is found in the holes. A file that is holes for the most part is for [`gzip`](super::gzip).

mod bits;
mod form;
mod huffman;
mod matches;
mod tokens;

pub use form::Form;
