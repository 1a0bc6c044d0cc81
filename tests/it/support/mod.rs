//! What the tests stand on.

pub(crate) mod archive;
pub(crate) mod desk;
pub(crate) mod origin;
pub(crate) mod secure;
