//! The lines of a batch, none of which can be too long to be held.

use std::io::{self, BufRead as _, BufReader, Read};

use super::input::{InputError, InputErrorKind};
use crate::limits::BATCH_LINES_AT_ONCE;
use crate::outcome::Outcome;

/// Where lines come from.
pub(super) type Source = BufReader<Box<dyn Read + Send>>;

/// A line with its number.
pub(super) type Line = (usize, Result<Vec<u8>, InputError>);

/// Lines that are not empty, with their ends, and their numbers, from 1.
///
/// A line that is too long costs itself only. A disk that fails ends them: it would fail for ever.
pub(super) struct Lines {
    from: Source,
    /// Bytes of a line, at most.
    most: usize,
    number: usize,
    ended: bool,
}

impl Lines {
    pub(super) fn new(from: Source, most: usize) -> Lines {
        Lines { from, most, number: 0, ended: false }
    }

    /// The next lines: one, and those behind it that need not be waited for.
    pub(super) fn portion(&mut self) -> Option<Vec<Line>> {
        let mut portion = vec![self.next()?];
        while portion.len() < BATCH_LINES_AT_ONCE && self.from.buffer().contains(&b'\n') {
            portion.extend(self.read());
        }
        Some(portion)
    }

    /// The next line, unless it is empty or there is none.
    fn read(&mut self) -> Option<Line> {
        let line = match self.read_bytes() {
            Ok(line) if line.len() > self.most => {
                let message = format!("the line is longer than {} bytes", self.most);
                Err(InputError::new(Outcome::TooLarge, message))
            }
            Ok(line) if line.iter().all(u8::is_ascii_whitespace) => return None,
            Ok(line) => Ok(line),
            Err(error) => {
                self.ended = true;
                Err(InputError::new(InputErrorKind::Io, error.to_string()))
            }
        };
        Some((self.number, line))
    }

    /// The next line whatever it is, with its end, up to more than is allowed.
    fn read_bytes(&mut self) -> io::Result<Vec<u8>> {
        self.number += 1;
        let mut line = Vec::new();
        let limit = self.most as u64 + 1;
        self.ended = (&mut self.from).take(limit).read_until(b'\n', &mut line)? == 0;
        if line.len() > self.most && line.last() != Some(&b'\n') {
            self.from.skip_until(b'\n')?;
        }
        Ok(line)
    }
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while !self.ended {
            if let Some(line) = self.read() {
                return Some(line);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::Lines;

    #[test]
    fn a_line_that_is_too_long_costs_itself_and_numbers_count_every_line() {
        let text = "one\n\n  \nmuch too long\ntwo\nlong";
        let lines = Lines::new(BufReader::new(Box::new(Cursor::new(text))), 4);
        let read: Vec<_> = lines.map(|(number, line)| (number, line.ok())).collect();
        let said = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(read, [(1, said("one\n")), (4, None), (5, said("two\n")), (6, said("long"))]);
    }
}
