//! What a block is that the model takes for no story and no rule knows.

use crate::article::{Block, BlockKind, Kind};
use crate::strip::link_share;

/// Share of link text from which a block leads elsewhere.
const LEADS_FROM: f32 = 0.5;

/// The likeliest kind.
pub(super) fn kind_of(block: &Block) -> Kind {
    if block.kind == BlockKind::Caption || block.features.image.is_some() {
        Kind::Caption
    } else if link_share(block) >= LEADS_FROM {
        Kind::RelatedLinks
    } else {
        Kind::Other
    }
}
