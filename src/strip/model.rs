//! The model by which blocks are judged: learned, embedded, the same on every machine.

use std::sync::LazyLock;

use thiserror::Error;

use crate::article::{Draft, Kind, Verdict};
use crate::forest::{self, Forest, ForestError, probability};
use crate::strip::kinds::Kinds;
use crate::strip::lexicon::{Lexicon, Lexicons};
use crate::strip::observe::{self, Rows, observe};

/// Why bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// They end too early, or are something else.
    #[error("this is no model of tearsheet, or a part of one")]
    Damaged,
    /// A part of it does not fit.
    #[error("its trees cannot be used")]
    Forest(#[from] ForestError),
}

/// What blocks are judged by: lexicons of names and words, and trees over what [`observe()`] sees of a
/// block.
#[derive(Clone, Debug)]
pub struct Model {
    lexicons: Lexicons,
    story: Forest,
    kinds: Kinds,
}

/// A page as a model sees it.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// What it sees of every block.
    pub rows: Rows,
    /// How likely each block is story, 0 to 1.
    pub scores: Vec<f32>,
}

static BUILT_IN: LazyLock<Model> = LazyLock::new(|| {
    Model::read(include_bytes!("../../config/model/story.bin"))
        .expect("the model in the program is that of its features")
});

impl Model {
    /// The model in the program.
    #[must_use]
    pub fn built_in() -> &'static Model {
        &BUILT_IN
    }

    /// A model of these parts.
    #[must_use]
    pub fn new(lexicons: Lexicons, story: Forest, kinds: Kinds) -> Model {
        Model { lexicons, story, kinds }
    }

    /// Reads a model as [`Model::write`] wrote it.
    ///
    /// # Errors
    ///
    /// Where the bytes are no model, or one for other features than the program's.
    pub fn read(bytes: &[u8]) -> Result<Model, ModelError> {
        let mut rest = bytes;
        let mut lexicon = || Lexicon::read(part(&mut rest)?).ok_or(ModelError::Damaged);
        let lexicons = Lexicons { names: lexicon()?, text: lexicon()? };
        let names = observe::names();
        let story = Forest::read(part(&mut rest)?, &names)?;
        let mut kinds = Vec::new();
        while !rest.is_empty() {
            let kind = part(&mut rest)?;
            let known = Kind::ALL.iter().find(|known| known.as_str().as_bytes() == kind);
            let forest = Forest::read(part(&mut rest)?, &names)?;
            kinds.push((*known.ok_or(ModelError::Damaged)?, forest));
        }
        Ok(Model { lexicons, story, kinds: Kinds::new(kinds) })
    }

    /// The model as bytes: its parts, each with its length (`u32`, little-endian) before it. First
    /// come the lexicons and the forest for story, then a name and a forest for each kind.
    ///
    /// # Panics
    ///
    /// If a part has more than 4 GiB.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut parts =
            vec![self.lexicons.names.write(), self.lexicons.text.write(), self.story.write()];
        for (kind, forest) in self.kinds.forests() {
            parts.extend([kind.as_str().as_bytes().to_vec(), forest.write()]);
        }
        let mut bytes = Vec::new();
        for part in parts {
            let length = u32::try_from(part.len()).expect("a part is small");
            bytes.extend(length.to_le_bytes());
            bytes.extend(part);
        }
        bytes
    }

    /// Looks at the page and scores its blocks; `opinions` is what the rules say.
    #[must_use]
    pub fn see(&self, draft: &Draft, opinions: &[Verdict]) -> Sight {
        let rows = observe(draft, opinions, &self.lexicons);
        let scores = scores(&self.story, &rows);
        Sight { rows, scores }
    }

    /// What names the blocks that are no story.
    #[must_use]
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }
}

/// The scores that a forest gives rows, 0 to 1.
#[must_use]
pub fn scores(forest: &Forest, rows: &Rows) -> Vec<f32> {
    let mut scores = Vec::new();
    if rows.width > 0 {
        forest.logits(forest::Rows::new(&rows.values, rows.width), &mut scores);
    }
    for score in &mut scores {
        *score = probability(*score);
    }
    scores
}

fn part<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], ModelError> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or(ModelError::Damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| ModelError::Damaged)?;
    let (part, after) = after.split_at_checked(length).ok_or(ModelError::Damaged)?;
    *rest = after;
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_the_same_after_it_was_written_and_read() {
        let bytes = include_bytes!("../../config/model/story.bin");
        assert_eq!(Model::read(bytes).unwrap().write(), bytes);
    }

    #[test]
    fn a_damaged_or_foreign_model_is_refused() {
        let bytes = Model::built_in().write();
        for cut in [0, 3, 4, 100, bytes.len() - 1] {
            assert!(Model::read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Model::read(&longer).unwrap_err(), ModelError::Damaged);
        let mut altered = bytes;
        let last = altered.len() - 20;
        altered[last] ^= 1;
        assert!(Model::read(&altered).is_err());
    }
}
