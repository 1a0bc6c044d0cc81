//! The lines of a batch, none of which can be too long to be held.

use std::io::{self, BufRead, Read as _};

use super::input::{InputError, InputErrorKind};
use crate::outcome::Outcome;

/// Lines that are not empty, with their ends, and their numbers, from 1.
///
/// A line that is too long costs itself only. A disk that fails ends them: it would fail for ever.
pub(super) struct Lines {
    from: Box<dyn BufRead>,
    /// Bytes of a line, at most.
    most: usize,
    number: usize,
    ended: bool,
}

impl Lines {
    pub(super) fn new(from: Box<dyn BufRead>, most: usize) -> Lines {
        Lines { from, most, number: 0, ended: false }
    }

    /// The next line whatever it is, with its end; none where there is no more.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let limit = self.most as u64 + 1;
        if (&mut self.from).take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() > self.most && line.last() != Some(&b'\n') {
            self.from.skip_until(b'\n')?;
        }
        self.number += 1;
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = (usize, Result<Vec<u8>, InputError>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.read() {
                Ok(None) => self.ended = true,
                Ok(Some(line)) if line.len() > self.most => {
                    let message = format!("the line is longer than {} bytes", self.most);
                    return Some((self.number, Err(InputError::new(Outcome::TooLarge, message))));
                }
                Ok(Some(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(line)) => return Some((self.number, Ok(line))),
                Err(error) => {
                    self.ended = true;
                    let error = InputError::new(InputErrorKind::Io, error.to_string());
                    return Some((self.number + 1, Err(error)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::Lines;

    #[test]
    fn a_line_that_is_too_long_costs_itself_and_numbers_count_every_line() {
        let text = "one\n\n  \nmuch too long\ntwo\nlong";
        let lines = Lines::new(Box::new(Cursor::new(text)), 4);
        let read: Vec<_> = lines.map(|(number, line)| (number, line.ok())).collect();
        let said = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(read, [(1, said("one\n")), (4, None), (5, said("two\n")), (6, said("long"))]);
    }
}
