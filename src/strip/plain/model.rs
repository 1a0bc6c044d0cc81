//! The model by which lines are judged: learned, embedded, the same on every machine.

use std::sync::LazyLock;

use crate::forest::Forest;
use crate::strip::lexicon::Lexicon;
use crate::strip::model::{ModelError, parts_of, with_lengths};

/// What lines are judged by: a lexicon of their words, and trees over what is seen of a line.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) lexicon: Lexicon,
    pub(super) forest: Forest,
}

static BUILT_IN: LazyLock<Model> = LazyLock::new(|| {
    Model::read(include_bytes!("../../../config/model/text.bin"))
        .expect("the model in the program is that of its numbers")
});

impl Model {
    /// The model in the program.
    #[must_use]
    pub fn built_in() -> &'static Model {
        &BUILT_IN
    }

    /// A model of these parts.
    #[must_use]
    pub fn new(lexicon: Lexicon, forest: Forest) -> Model {
        Model { lexicon, forest }
    }

    /// Reads a model as [`Model::write`] wrote it.
    ///
    /// # Errors
    ///
    /// Where the bytes are no model, or one for other numbers than the program's.
    pub fn read(bytes: &[u8]) -> Result<Model, ModelError> {
        let [lexicon, forest] = parts_of(bytes).ok_or(ModelError::Damaged)?;
        let lexicon = Lexicon::read(lexicon).ok_or(ModelError::Damaged)?;
        Ok(Model { lexicon, forest: Forest::read(forest, &super::names())? })
    }

    /// The model as bytes: lexicon and forest, each with its length before it.
    ///
    /// # Panics
    ///
    /// If a part has more than 4 GiB.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        with_lengths([self.lexicon.write(), self.forest.write()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_the_same_after_it_was_written_and_read_and_a_part_of_one_is_refused() {
        let bytes = Model::built_in().write();
        assert_eq!(bytes, include_bytes!("../../../config/model/text.bin"));
        for cut in [0, 3, 100, bytes.len() - 1] {
            assert!(Model::read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }
}
