//! Of which kind a block is that is no story, as learned from blocks that readers named.

use crate::article::Kind;
use crate::forest::{self, Forest};
use crate::strip::observe::Rows;

/// A forest for each kind: whether a block that is no story is of that kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kinds {
    forests: Vec<(Kind, Forest)>,
}

impl Kinds {
    /// Kinds told apart by these forests.
    #[must_use]
    pub fn new(forests: Vec<(Kind, Forest)>) -> Kinds {
        Kinds { forests }
    }

    /// Its forests.
    pub(super) fn forests(&self) -> &[(Kind, Forest)] {
        &self.forests
    }

    /// The likeliest kind of each of the `chosen` rows; `None` where no kind has been learned.
    pub(super) fn of(&self, rows: &Rows, chosen: &[usize]) -> Vec<Option<Kind>> {
        if chosen.is_empty() {
            return Vec::new();
        }
        let mut likeliest: Vec<Option<(Kind, f32)>> = vec![None; chosen.len()];
        let values: Vec<f32> = chosen.iter().flat_map(|&at| rows.row(at)).copied().collect();
        let forests: Vec<&Forest> = self.forests.iter().map(|(_, forest)| forest).collect();
        let logits = forest::logits_of(&forests, forest::Rows::new(&values, rows.width));
        for ((kind, _), logits) in self.forests.iter().zip(logits) {
            for (likeliest, logit) in likeliest.iter_mut().zip(logits) {
                if likeliest.is_none_or(|(_, most)| logit > most) {
                    *likeliest = Some((*kind, logit));
                }
            }
        }
        likeliest.into_iter().map(|likeliest| Some(likeliest?.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::model::Model;

    #[test]
    fn a_page_without_blocks_has_nothing_to_name() {
        assert!(Model::built_in().kinds().of(&Rows::default(), &[]).is_empty());
    }
}
