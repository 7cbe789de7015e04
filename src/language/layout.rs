//! (formatter)
