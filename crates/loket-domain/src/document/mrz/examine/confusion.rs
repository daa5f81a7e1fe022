//! Characters that optical reading and tired eyes take for each other.

use super::{Span, Suggestion, holds, part};

/// Single characters whose confusion would make the check digit hold, in the field or the digit.
pub(super) fn confused(lines: &[String], spans: &[Span], digit_at: Span) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let digit = part(lines, digit_at);
    for span in spans {
        let field: Vec<char> = part(lines, *span).chars().collect();
        for (at, stands) in field.iter().copied().enumerate() {
            for perhaps in [as_digit(stands), as_letter(stands)].into_iter().flatten() {
                let changed: String = field
                    .iter()
                    .enumerate()
                    .map(|(place, c)| if place == at { perhaps } else { *c })
                    .collect();
                if holds(&changed, digit) {
                    let position = span.from + at;
                    suggestions.push(Suggestion { line: span.line, position, stands, perhaps });
                }
            }
        }
        let stands = digit.chars().next();
        if let Some((stands, perhaps)) = stands.and_then(|c| Some((c, as_digit(c)?)))
            && holds(part(lines, *span), &perhaps.to_string())
        {
            let (line, position) = (digit_at.line, digit_at.from);
            suggestions.push(Suggestion { line, position, stands, perhaps });
        }
    }
    suggestions
}

/// The digit that is read for this letter.
pub(super) const fn as_digit(letter: char) -> Option<char> {
    Some(match letter {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        _ => return None,
    })
}

/// The letter that is read for this digit.
pub(super) const fn as_letter(digit: char) -> Option<char> {
    Some(match digit {
        '0' => 'O',
        '1' => 'I',
        '2' => 'Z',
        '5' => 'S',
        '6' => 'G',
        '8' => 'B',
        _ => return None,
    })
}
