//! Hash tables for what is looked up millions of times.
//!
//! Their hash is several times faster than the standard library's. It is seeded
//! anew in every process, so that no page can be written to collide; it would not
//! stand up to somebody who may measure for long.

use foldhash::fast::RandomState;

/// A map.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
/// A set.
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
