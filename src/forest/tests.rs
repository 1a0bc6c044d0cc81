use super::*;

const NAMES: [&str; 2] = ["length", "links"];

/// Asks for the length first; long rows are then asked for their links, twice.
fn tree() -> Tree {
    Tree {
        splits: vec![
            Split { feature: 0, threshold: 10.0, left: 1 },
            Split { feature: 1, threshold: 0.5, left: 2 },
            Split { feature: 1, threshold: 0.25, left: 1 },
        ],
        leaves: vec![-1.0, 1.0, 0.5, -2.0],
    }
}

fn forest(trees: &[Tree]) -> Forest {
    let mut forest = Forest::new(&NAMES, 0.125);
    for tree in trees {
        forest.push(tree).unwrap();
    }
    forest
}

/// A tree of as many leaves as a tree may have, all on one long branch.
fn ladder() -> Tree {
    let steps = 1..u8::try_from(LEAVES_MAX).unwrap();
    let splits =
        steps.map(|step| Split { feature: 0, threshold: f32::from(step), left: 1 }).collect();
    Tree { splits, leaves: (0..32_u8).map(f32::from).collect() }
}

fn logits(forest: &Forest, values: &[f32]) -> Vec<f32> {
    let mut logits = vec![9.0];
    forest.logits(Rows::new(values, NAMES.len()), &mut logits);
    logits
}

/// The bytes with a checksum that fits them.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 8;
    let checksum = xxh3_64(&bytes[6..end]);
    bytes[end..].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn each_row_reaches_the_leaf_that_its_answers_lead_to() {
    let rows = [10.0, 0.9, 10.5, 0.25, 11.0, 0.3, 99.0, 0.6];
    assert_eq!(logits(&forest(&[tree()]), &rows), [-0.875, 1.125, 0.625, -1.875]);
}

#[test]
fn a_row_without_a_number_goes_left() {
    assert_eq!(logits(&forest(&[tree()]), &[f32::NAN, 0.9, 11.0, f32::NAN]), [-0.875, 1.125]);
}

#[test]
fn trees_add_up_and_a_forest_without_any_answers_its_bias() {
    let stump = Tree { splits: vec![], leaves: vec![4.0] };
    assert_eq!(logits(&forest(&[]), &[1.0, 2.0]), [0.125]);
    assert_eq!(logits(&forest(&[tree(), stump, tree()]), &[10.0, 0.9]), [2.125]);
}

#[test]
fn every_leaf_of_the_largest_tree_is_reached_in_every_place_of_a_block() {
    let forest = forest(&[ladder()]);
    for rows in [1, 15, 16, 17, 40] {
        let lengths: Vec<f32> = (0..rows).map(|row: u16| f32::from(row * 7 % 32) + 0.5).collect();
        let values: Vec<f32> = lengths.iter().flat_map(|length| [*length, 0.0]).collect();
        let expected: Vec<f32> = lengths.iter().map(|length| length.floor() + 0.125).collect();
        assert_eq!(logits(&forest, &values), expected);
    }
}

#[test]
fn a_forest_that_was_written_is_read_as_it_was() {
    let forest = forest(&[tree(), ladder(), Tree { splits: vec![], leaves: vec![0.5] }]);
    let bytes = forest.write();
    assert_eq!(Forest::read(&bytes, &NAMES), Ok(forest));
}

#[test]
fn a_forest_of_other_features_is_refused() {
    let bytes = forest(&[tree()]).write();
    for names in [&["links", "length"][..], &["length"], &["length", "links", "depth"]] {
        assert_eq!(Forest::read(&bytes, names), Err(ForestError::Features));
    }
}

#[test]
fn something_else_and_another_version_are_refused_by_name() {
    let mut bytes = forest(&[tree()]).write();
    bytes[4] = 7;
    assert_eq!(Forest::read(&bytes, &NAMES), Err(ForestError::Version(7)));
    assert_eq!(Forest::read(b"SQLite format 3", &NAMES), Err(ForestError::Foreign));
    assert_eq!(Forest::read(b"", &NAMES), Err(ForestError::Foreign));
}

#[test]
fn damage_anywhere_is_noticed() {
    let bytes = forest(&[tree(), ladder()]).write();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(Forest::read(&damaged, &NAMES).is_err(), "byte {at} changed");
        assert!(Forest::read(&bytes[..at], &NAMES).is_err(), "cut off at {at}");
    }
}

#[test]
fn damage_under_a_checksum_that_fits_is_refused_or_still_answers() {
    let bytes = forest(&[tree(), ladder()]).write();
    let end = bytes.len() - 8;
    for at in 6..end {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            if let Ok(forest) = Forest::read(&sealed(damaged), &NAMES) {
                assert_eq!(logits(&forest, &[11.0, 0.3]).len(), 1);
            }
        }
        let cut = [&bytes[..at], &[0; 8]].concat();
        if let Ok(forest) = Forest::read(&sealed(cut), &NAMES) {
            assert!(forest.trees() < 2, "cut off at {at}");
        }
    }
}

#[test]
fn a_bias_that_is_not_a_number_is_refused() {
    let bytes = Forest::new(&NAMES, f32::NAN).write();
    assert!(matches!(Forest::read(&bytes, &NAMES), Err(ForestError::Damaged(_))));
}

#[test]
fn trees_that_do_not_hang_together_are_refused() {
    let split = |feature, left| Split { feature, threshold: 0.0, left };
    let broken = [
        (vec![], vec![]),
        (vec![], vec![1.0, 2.0]),
        (vec![split(0, 1)], vec![1.0]),
        (vec![split(0, 0)], vec![1.0, 2.0]),
        (vec![split(0, 2)], vec![1.0, 2.0]),
        (vec![split(2, 1)], vec![1.0, 2.0]),
        (vec![split(0, 1), split(0, 2)], vec![1.0, 2.0, 3.0]),
        (vec![split(0, 1)], vec![1.0, f32::NAN]),
        ([ladder().splits, vec![split(0, 1)]].concat(), vec![1.0; 33]),
    ];
    for (splits, leaves) in broken {
        let tree = Tree { splits, leaves };
        let refused = Forest::new(&NAMES, 0.0).push(&tree);
        assert!(matches!(refused, Err(ForestError::Damaged(_))), "{tree:?}");
    }
}

#[test]
fn even_odds_are_one_half() {
    assert!((probability(0.0) - 0.5).abs() < f32::EPSILON);
    assert!((probability(2.197_224_6) - 0.9).abs() < 1e-6);
    assert!(probability(-200.0) < 1e-6 && probability(200.0) > 1.0 - 1e-6);
}
