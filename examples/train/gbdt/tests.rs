use tearsheet::forest::Rows;
use tearsheet::forest::probability;

use super::random::Random;
use super::*;

const NAMES: [&str; 3] = ["east", "north", "noise"];
const ROWS: u32 = 3000;

/// Points of a square, north-east and south-west of whose middle the answer is yes.
struct Square {
    values: Vec<f32>,
    labels: Vec<f32>,
    weights: Vec<f32>,
    rows: Vec<u32>,
}

fn square() -> Square {
    let mut random = Random::new(5);
    let values: Vec<f32> = (0..3 * ROWS).map(|_| single(random.unit() - 0.5)).collect();
    let yes = |point: &[f32]| if (point[0] > 0.0) == (point[1] > 0.0) { 1.0 } else { 0.0 };
    let labels = values.chunks_exact(3).map(yes).collect();
    Square { values, labels, weights: vec![1.0; ROWS as usize], rows: (0..ROWS).collect() }
}

impl Square {
    fn table(&self) -> Table {
        Table::new(&self.values, &NAMES, 1)
    }

    /// To learn from the first two thirds.
    fn lesson(&self) -> Lesson<'_> {
        let rows = &self.rows[..2000];
        Lesson { labels: &self.labels, weights: &self.weights, rows, watched: &[] }
    }

    fn unlearned(&self) -> &[u32] {
        &self.rows[2000..]
    }

    fn logits(&self, forest: &Forest) -> Vec<f32> {
        let mut logits = Vec::new();
        forest.logits(Rows::new(&self.values, 3), &mut logits);
        logits
    }
}

fn params() -> Params {
    Params { trees: 30, leaves: 8, ..Params::default() }
}

#[test]
fn what_two_features_say_only_together_is_learned() {
    let square = square();
    let fitted = fit(&square.table(), &square.lesson(), &params());
    let loss = loss(
        &Lesson { watched: square.unlearned(), ..square.lesson() },
        &square.logits(&fitted.forest),
    );
    assert!(loss < 0.1, "{loss}; chance has 0.69");
    let [east, north, noise] = fitted.gains[..] else { panic!("a gain for each feature") };
    assert!(noise < east.min(north) / 10.0, "{:?}", fitted.gains);
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let square = square();
    let bytes = |threads, seed| {
        let table = Table::new(&square.values, &NAMES, threads);
        let params = Params { row_share: 0.7, feature_share: 0.7, threads, seed, ..params() };
        fit(&table, &square.lesson(), &params).forest.write()
    };
    assert_eq!(bytes(1, 1), bytes(3, 1));
    assert_ne!(bytes(1, 1), bytes(1, 2), "the seed decides what each tree sees");
}

#[test]
fn soft_labels_are_met_as_probabilities() {
    let mut square = square();
    for (label, point) in square.labels.iter_mut().zip(square.values.chunks_exact_mut(3)) {
        point[0] = point[0].signum();
        *label = if point[0] > 0.0 { 0.3 } else { 0.9 };
    }
    let params = Params { trees: 100, ..params() };
    let fitted = fit(&square.table(), &square.lesson(), &params);
    for (logit, label) in square.logits(&fitted.forest).into_iter().zip(&square.labels) {
        let answer = probability(logit);
        assert!((answer - label).abs() < 0.01, "{answer} for {label}");
    }
}

#[test]
fn rows_without_weight_and_rows_left_out_teach_nothing() {
    let square = square();
    let mut weights = square.weights.clone();
    weights[..500].fill(0.0);
    let mut labels = square.labels.clone();
    let taught = |labels: &[f32]| {
        let lesson = Lesson { labels, weights: &weights, ..square.lesson() };
        fit(&square.table(), &lesson, &params()).forest
    };
    let before = taught(&labels);
    labels[..500].fill(1.0);
    labels[2000..].fill(0.0);
    assert_eq!(before, taught(&labels));
}

#[test]
fn growing_stops_when_the_watched_loss_no_longer_falls() {
    let mut square = square();
    let mut random = Random::new(9);
    square.labels.fill_with(|| if random.unit() < 0.5 { 1.0 } else { 0.0 });
    let lesson = Lesson { watched: square.unlearned(), ..square.lesson() };
    let fitted = fit(&square.table(), &lesson, &Params { patience: 5, ..params() });
    assert!(fitted.forest.trees() < 10, "there is nothing to learn from chance");
    assert_eq!(fitted.losses.len(), fitted.forest.trees());
}

#[test]
fn the_forest_answers_as_it_did_while_it_grew() {
    let square = square();
    let lesson = Lesson { watched: square.unlearned(), ..square.lesson() };
    let params = Params { row_share: 0.5, ..params() };
    let fitted = fit(&square.table(), &lesson, &params);
    let loss = loss(&lesson, &square.logits(&fitted.forest));
    assert!((loss - fitted.losses[fitted.losses.len() - 1]).abs() < 1e-9);
}

#[test]
fn trees_keep_to_their_bounds() {
    let square = square();
    let params = Params { trees: 1, leaves: 32, depth: 2, hessian_min: 0.0, ..params() };
    let forest = fit(&square.table(), &square.lesson(), &params).forest;
    let mut answers = square.logits(&forest);
    answers.sort_unstable_by(f32::total_cmp);
    answers.dedup();
    assert!((3..=4).contains(&answers.len()), "two questions have four answers at most");
}

#[test]
fn few_values_have_a_bin_each_and_many_share_them_evenly() {
    let mut values = Vec::new();
    for row in 0..10_000_u16 {
        values.extend([f32::from(row % 5), f32::from(row), f32::NAN]);
    }
    let table = Table::new(&values, &NAMES, 1);
    assert_eq!([0, 1, 2].map(|feature| table.bins(feature)), [5, 256, 1]);
    assert_eq!([0, 1, 2, 3, 4, 5].map(|row| table.bin(row, 0)), [0, 1, 2, 3, 4, 0]);
    assert!((table.edge(0, 1) - 1.5).abs() < f32::EPSILON);
    let mut sizes = [0_u32; 256];
    (0..10_000).for_each(|row| sizes[usize::from(table.bin(row, 1))] += 1);
    assert!(sizes.iter().all(|size| (35..=45).contains(size)), "{sizes:?}");
}

#[test]
fn a_share_is_chosen_and_the_rest_is_not_lost() {
    let rows: Vec<u32> = (0..1000).collect();
    let mut random = Random::new(3);
    let (seen, unseen) = random.part(&rows, 0.25);
    assert!((200..300).contains(&seen.len()));
    let mut both = [seen, unseen].concat();
    both.sort_unstable();
    assert_eq!(both, rows);
    assert_eq!(random.choose(10, 0.3).into_iter().filter(|chosen| *chosen).count(), 3);
}
