//! Zones by the clocks of a place: `Europe/Berlin`, `ET`.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::token::Token;
use super::words::{self, Zone};

/// Words of a zone's name: `America/Argentina/Buenos_Aires` has four.
const WORDS_MAX: usize = 5;

/// The offset from UTC that holds at `civil` in the place named by the tokens
/// from `at` on, and the token after its name.
pub(super) fn offset(tokens: &[Token], at: usize, civil: DateTime) -> Option<(Offset, usize)> {
    let (zone, end) = match tokens.get(at)? {
        Token::Zone(word) => match words::capital_zone(word)? {
            Zone::Place(name) => (TimeZone::get(name).ok()?, at + 1),
            Zone::Offset(_) => return None,
        },
        _ => by_name(tokens, at)?,
    };
    let moment = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
    Some((zone.to_offset(moment), end))
}

fn by_name(tokens: &[Token], at: usize) -> Option<(TimeZone, usize)> {
    let mut name = tokens.get(at)?.word()?.to_owned();
    let mut end = at + 1;
    while let [Token::Sign(sign @ ('/' | '_' | '-')), Token::Word(word), ..] = tokens.get(end..)?
        && end < at + 2 * WORDS_MAX
    {
        name.push(*sign);
        name.push_str(word);
        end += 2;
    }
    let zone = name.contains('/').then(|| TimeZone::get(&name).ok())??;
    Some((zone, end))
}
