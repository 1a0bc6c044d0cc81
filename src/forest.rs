//! A boosted ensemble of decision trees; what it decides is its caller's affair.
//!
//! A tree sends a row of features to one of its leaves. The leaves that a row
//! reaches, added up over all trees, are a logit: above zero means "rather yes".
//!
//! No row walks down a tree here. Instead, a row starts with one bit for every
//! leaf, each split that sends it to the right strikes the leaves on the left,
//! and the lowest bit that is still set is the leaf. (A split off the row's path
//! may strike leaves too, but never the one that the row reaches, and all those
//! before it are struck by the splits on the path.) That does a few more comparisons
//! than walking, and all of them without a branch, for many rows at once.

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

/// The most leaves that a tree may have: each is one bit of a `u32`.
pub const LEAVES_MAX: usize = 32;

/// Rows that pass through the trees together.
const LANES: usize = 32;

/// The first bytes of a written forest.
const MAGIC: [u8; 4] = *b"tsgf";
/// The format that is written, and the only one that is read.
const VERSION: u16 = 1;

/// Rows of features, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    values: &'a [f32],
    width: usize,
}

impl<'a> Rows<'a> {
    /// Cuts `values` into rows of `width`.
    ///
    /// # Panics
    ///
    /// If that leaves a remainder, or if `width` is 0.
    #[must_use]
    pub fn new(values: &'a [f32], width: usize) -> Self {
        assert!(values.len().is_multiple_of(width), "rows have one width");
        Rows { values, width }
    }

    /// The rows in blocks of [`LANES`], feature by feature, and how many are in each.
    fn each_block(self, mut see: impl FnMut(&[[f32; LANES]], usize)) {
        let mut columns = vec![[0.0; LANES]; self.width];
        for block in self.values.chunks(LANES * self.width) {
            for (lane, row) in block.chunks_exact(self.width).enumerate() {
                for (column, value) in columns.iter_mut().zip(row) {
                    column[lane] = *value;
                }
            }
            see(&columns, block.len() / self.width);
        }
    }
}

/// A few rows of features that pass through the trees together, and are written where the trees want
/// them.
#[derive(Clone, Debug)]
pub struct Block {
    columns: Vec<[f32; LANES]>,
    rows: usize,
}

impl Block {
    /// The most rows that there may be.
    pub const ROWS_MAX: usize = LANES;

    /// Room for rows of `width`.
    #[must_use]
    pub fn new(width: usize) -> Block {
        Block { columns: vec![[0.0; LANES]; width], rows: 0 }
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.rows = 0;
    }

    /// Begins the next row.
    ///
    /// # Panics
    ///
    /// If there are [`Block::ROWS_MAX`] already.
    pub fn row(&mut self) -> Row<'_> {
        assert!(self.rows < Block::ROWS_MAX, "a block has few rows");
        let lane = self.rows;
        self.rows += 1;
        Row { columns: self.columns.iter_mut(), lane }
    }
}

/// A row that is being written.
#[derive(Debug)]
pub struct Row<'b> {
    columns: std::slice::IterMut<'b, [f32; LANES]>,
    lane: usize,
}

impl Row<'_> {
    /// Adds the next value; the row's end ends it.
    pub fn push(&mut self, value: f32) {
        if let Some(column) = self.columns.next() {
            column[self.lane] = value;
        }
    }
}

/// The logits of all rows by each of several forests.
///
/// # Panics
///
/// If the rows have another width than a forest.
#[must_use]
pub fn logits_of(forests: &[&Forest], rows: Rows<'_>) -> Vec<Vec<f32>> {
    let fits = |forest: &&Forest| forest.width == rows.width;
    assert!(forests.iter().all(fits), "rows are as wide as the forests");
    let mut logits = vec![Vec::new(); forests.len()];
    rows.each_block(|columns, count| {
        for (forest, logits) in forests.iter().zip(&mut logits) {
            logits.extend_from_slice(&forest.sums(columns, count)[..count]);
        }
    });
    logits
}

/// A question within a tree: is the feature above the threshold?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Which feature is asked for.
    pub feature: u16,
    /// A row with more than this goes right, any other (`NaN` too) left.
    pub threshold: f32,
    /// How many leaves there are on the left.
    pub left: u8,
}

/// A tree: its splits from the root, each before those on its left and these before
/// those on its right, and the values of its leaves from left to right.
///
/// There is always one leaf more than there are splits.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The questions.
    pub splits: Vec<Split>,
    /// What each answer adds to the logit.
    pub leaves: Vec<f32>,
}

/// Why bytes or trees are not a forest that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ForestError {
    /// The bytes are something else.
    #[error("this is no forest of decision trees")]
    Foreign,
    /// Written by a program of another age.
    #[error("the forest has format {0}, this program reads {VERSION}")]
    Version(u16),
    /// The program computes other features than those that the forest was fitted on.
    #[error("the forest was fitted on other features than this program computes; fit it again")]
    Features,
    /// The bytes were cut off or altered.
    #[error("the forest is damaged: {0}")]
    Damaged(&'static str),
}

/// An ensemble of decision trees.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    width: usize,
    /// Stands for the names of the features, in their order.
    names_hash: u64,
    bias: f32,
    /// The number of leaves of each tree; `nodes` and `leaves` hold the trees end to end.
    sizes: Vec<usize>,
    nodes: Vec<Node>,
    leaves: Vec<f32>,
}

/// A split as it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    threshold: f32,
    /// The leaves that a row above the threshold keeps: all but those on the left.
    kept: u32,
    feature: u16,
}

impl Forest {
    /// A forest without trees, over features of these names, that answers `bias` to every row.
    ///
    /// # Panics
    ///
    /// If there are no features, or more than a `u16` can count.
    #[must_use]
    pub fn new(names: &[&str], bias: f32) -> Self {
        assert!(!names.is_empty() && u16::try_from(names.len()).is_ok(), "features fit a u16");
        let (width, names_hash) = (names.len(), hash(names));
        Forest { width, names_hash, bias, sizes: vec![], nodes: vec![], leaves: vec![] }
    }

    /// Adds a tree.
    ///
    /// # Errors
    ///
    /// If the tree does not hang together or asks for features that there are not.
    pub fn push(&mut self, tree: &Tree) -> Result<(), ForestError> {
        if tree.leaves.len() > LEAVES_MAX || tree.leaves.len() != tree.splits.len() + 1 {
            return Err(ForestError::Damaged("a tree has the wrong number of leaves"));
        }
        if tree.splits.iter().any(|split| usize::from(split.feature) >= self.width) {
            return Err(ForestError::Damaged("a split asks for a feature that there is not"));
        }
        let numbers = tree.splits.iter().map(|split| split.threshold).chain(tree.leaves.clone());
        if !numbers.into_iter().all(f32::is_finite) {
            return Err(ForestError::Damaged("a tree holds something that is not a number"));
        }
        self.nodes.extend(nodes_of(tree)?);
        self.leaves.extend_from_slice(&tree.leaves);
        self.sizes.push(tree.leaves.len());
        Ok(())
    }

    /// How many features a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many trees there are.
    #[must_use]
    pub fn trees(&self) -> usize {
        self.sizes.len()
    }

    /// Puts the logit of every row into `out`, in place of what it held.
    ///
    /// The same forest and row give the same logit on every machine, whatever rows
    /// are beside it.
    ///
    /// # Panics
    ///
    /// If the rows have another width than the forest.
    pub fn logits(&self, rows: Rows<'_>, out: &mut Vec<f32>) {
        assert_eq!(rows.width, self.width, "rows are as wide as the forest");
        out.clear();
        rows.each_block(|columns, count| {
            out.extend_from_slice(&self.sums(columns, count)[..count]);
        });
    }

    /// The logits of the rows of a block, as [`Forest::logits`] gives them.
    ///
    /// # Panics
    ///
    /// If the rows have another width than the forest.
    pub fn logits_of_block(&self, block: &Block) -> impl Iterator<Item = f32> + use<> {
        assert_eq!(block.columns.len(), self.width, "rows are as wide as the forest");
        self.sums(&block.columns, block.rows).into_iter().take(block.rows)
    }

    /// The logits of one block of rows, given feature by feature, of which `count` matter.
    fn sums(&self, columns: &[[f32; LANES]], count: usize) -> [f32; LANES] {
        let mut sums = [self.bias; LANES];
        let (mut nodes, mut leaves) = (self.nodes.as_slice(), self.leaves.as_slice());
        for &size in &self.sizes {
            let (own_nodes, later_nodes) = nodes.split_at(size - 1);
            let (own_leaves, later_leaves) = leaves.split_at(size);
            let mut open = [u32::MAX; LANES];
            for node in own_nodes {
                let column = &columns[usize::from(node.feature)];
                for (open, value) in open.iter_mut().zip(column) {
                    *open &= node.kept | u32::from(*value > node.threshold).wrapping_sub(1);
                }
            }
            for (sum, open) in sums.iter_mut().zip(open).take(count) {
                *sum += own_leaves[open.trailing_zeros() as usize];
            }
            (nodes, leaves) = (later_nodes, later_leaves);
        }
        sums
    }

    /// The forest as bytes that [`Forest::read`] understands.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut content = Vec::new();
        content.extend(self.names_hash.to_le_bytes());
        content.extend(self.bias.to_le_bytes());
        let (mut nodes, mut leaves) = (self.nodes.iter(), self.leaves.iter());
        for &size in &self.sizes {
            content.push(byte(size));
            for node in nodes.by_ref().take(size - 1) {
                content.extend(node.feature.to_le_bytes());
                content.extend(node.threshold.to_le_bytes());
                content.push(byte(node.kept.count_zeros() as usize));
            }
            content.extend(leaves.by_ref().take(size).flat_map(|leaf| leaf.to_le_bytes()));
        }
        let checksum = xxh3_64(&content).to_le_bytes();
        [&MAGIC[..], &VERSION.to_le_bytes(), &content, &checksum].concat()
    }

    /// Reads a forest that was fitted on features of these names, in this order.
    ///
    /// # Errors
    ///
    /// If the bytes are no forest, are damaged, or if the forest was fitted on other features.
    pub fn read(bytes: &[u8], names: &[&str]) -> Result<Forest, ForestError> {
        let mut body = Body(bytes);
        if body.take() != Ok(MAGIC) {
            return Err(ForestError::Foreign);
        }
        let version = body.take().map(u16::from_le_bytes)?;
        if version != VERSION {
            return Err(ForestError::Version(version));
        }
        let (content, checksum) = body.0.split_last_chunk().ok_or(CUT_OFF)?;
        if xxh3_64(content) != u64::from_le_bytes(*checksum) {
            return Err(ForestError::Damaged("its checksum is that of other bytes"));
        }
        body.0 = content;
        if body.take().map(u64::from_le_bytes)? != hash(names) {
            return Err(ForestError::Features);
        }
        let bias = body.number()?;
        if !bias.is_finite() {
            return Err(ForestError::Damaged("its bias is not a number"));
        }
        let mut forest = Forest::new(names, bias);
        while !body.0.is_empty() {
            forest.push(&body.tree()?)?;
        }
        Ok(forest)
    }
}

/// A logit as a probability.
///
/// To decide, compare logits: they are the same on every machine, the last digit of an
/// exponential may not be.
#[must_use]
pub fn probability(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// The splits of a tree with the leaves that each keeps.
fn nodes_of(tree: &Tree) -> Result<Vec<Node>, ForestError> {
    // The leaves below each split that is still to come, from and to.
    let mut below = vec![(0, tree.leaves.len())];
    let mut nodes = Vec::with_capacity(tree.splits.len());
    for &Split { feature, threshold, left } in &tree.splits {
        let split = below.pop().map(|(from, to)| (from, from + usize::from(left), to));
        let Some((from, middle, to)) =
            split.filter(|(from, middle, to)| from < middle && middle < to)
        else {
            return Err(ForestError::Damaged("a split has an empty side"));
        };
        let struck = ((1 << (middle - from)) - 1) << from;
        nodes.push(Node { threshold, kept: !struck, feature });
        below.extend([(middle, to), (from, middle)].into_iter().filter(|(from, to)| to - from > 1));
    }
    Ok(nodes)
}

/// What stands for the names of the features in a written forest.
fn hash(names: &[&str]) -> u64 {
    xxh3_64(names.join("\n").as_bytes())
}

fn byte(leaves: usize) -> u8 {
    u8::try_from(leaves).expect("a tree has at most 32 leaves")
}

/// There are fewer bytes than there should be.
const CUT_OFF: ForestError = ForestError::Damaged("it was cut off");

/// The bytes of a written forest that are still to be read.
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], ForestError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(CUT_OFF)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<f32, ForestError> {
        self.take().map(f32::from_le_bytes)
    }

    fn split(&mut self) -> Result<Split, ForestError> {
        let feature = self.take().map(u16::from_le_bytes)?;
        let threshold = self.number()?;
        let [left] = self.take()?;
        Ok(Split { feature, threshold, left })
    }

    fn tree(&mut self) -> Result<Tree, ForestError> {
        let [size] = self.take()?;
        let splits = (1..size).map(|_| self.split()).collect::<Result<_, _>>()?;
        let leaves = (0..size).map(|_| self.number()).collect::<Result<_, _>>()?;
        Ok(Tree { splits, leaves })
    }
}

#[cfg(test)]
mod tests;
