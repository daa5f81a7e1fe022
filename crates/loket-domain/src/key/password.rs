//! A password as chosen by the person: length counts, composition does not, and what an attacker
//! tries first is refused (NIST SP 800-63B-4 section 3.1.1.2).

use std::sync::LazyLock;

use crate::secret::Secret;

/// Fewest characters beside a second factor (NIST: 8; ours 10).
pub const FEWEST: usize = 10;
/// Most characters (long pass phrases are welcome; more only costs hashing time).
pub const MOST: usize = 256;
/// Fewest characters that must remain without the person's own name and address.
const OF_ITS_OWN: usize = 6;
/// Shorter parts of a name or address stand in too many words to be looked for.
const SHORTEST_PART: usize = 4;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than [`FEWEST`] characters.
    #[error("too short")]
    TooShort,
    /// More than [`MOST`] characters.
    #[error("too long")]
    TooLong,
    /// One of the commonest passwords, perhaps with digits and signs around it, or one piece over
    /// and over.
    #[error("too common")]
    TooCommon,
    /// Little more than the person's own name or e-mail address.
    #[error("too personal")]
    TooPersonal,
}

/// Some twenty thousand of the commonest, sorted by byte; made by `tools/common-passwords.py`.
static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("common-passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// What is common here and not in that list, which is English before all.
const COMMON_HERE: &[&str] = &[
    "anderlecht",
    "azertyuiop",
    "belgie",
    "belgique",
    "belgium",
    "bienvenue",
    "bonjour",
    "brussel",
    "bruxelles",
    "cledigitale",
    "clubbrugge",
    "digitalesleutel",
    "doudou",
    "geheim",
    "hallo",
    "jetaime",
    "loulou",
    "motdepasse",
    "passwort",
    "soleil",
    "standardliege",
    "voetbal",
    "wachtwoord",
    "welkom",
    "willkommen",
    "zomer",
];

/// Checks length (by character), the commonest, and the person's own words: surname, given names,
/// e-mail address, each as it stands.
pub fn check<'o>(
    password: &Secret,
    own: impl IntoIterator<Item = &'o str>,
) -> Result<(), PasswordFault> {
    let text = password.expose();
    let count = text.chars().count();
    if count < FEWEST {
        return Err(PasswordFault::TooShort);
    }
    if count > MOST {
        return Err(PasswordFault::TooLong);
    }
    let folded = text.to_lowercase();
    if is_common(&folded) || is_common(piece(&folded)) {
        return Err(PasswordFault::TooCommon);
    }
    if is_personal(&folded, own) {
        return Err(PasswordFault::TooPersonal);
    }
    Ok(())
}

/// Listed as it stands, or without the digits and signs that people put around a word.
fn is_common(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let listed = [folded, core].into_iter().any(|text| {
        COMMON.binary_search(&text).is_ok() || COMMON_HERE.binary_search(&text).is_ok()
    });
    listed || core.chars().count() < SHORTEST_PART && is_run(folded)
}

/// No digits but such as stay or go on in equal steps, like 13579.
fn is_run(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let steps: Vec<u32> =
        digits.windows(2).filter_map(|w| Some((w.get(1)? + 10 - w.first()?) % 10)).collect();
    steps.first().is_none_or(|first| steps.iter().all(|step| step == first))
}

/// The shortest piece of which the text is made by repeating; the text itself when there is none.
fn piece(text: &str) -> &str {
    text.char_indices()
        .map(|(at, _)| at)
        .filter(|at| *at > 0 && text.len().is_multiple_of(*at))
        .filter_map(|at| text.get(..at))
        .find(|piece| piece.repeat(text.len() / piece.len()) == text)
        .unwrap_or(text)
}

fn is_personal<'o>(folded: &str, own: impl IntoIterator<Item = &'o str>) -> bool {
    let mut parts: Vec<String> = own
        .into_iter()
        .flat_map(|words| words.split(|c: char| !c.is_alphanumeric()))
        .filter(|part| part.chars().count() >= SHORTEST_PART)
        .map(str::to_lowercase)
        .collect();
    // The longest first: a name may hold another.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let rest = parts.iter().fold(folded.to_owned(), |rest, part| rest.replace(part.as_str(), ""));
    rest.len() < folded.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < OF_ITS_OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), PasswordFault> {
        check(
            &Secret::new(text.to_owned()),
            ["Janssens", "Lotte Marie", "lotte.janssens@example.be"],
        )
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(judged("kort"), Err(PasswordFault::TooShort));
        assert_eq!(judged("drie gele fietsen"), Ok(()));
        assert_eq!(judged("trois vélos jaunes"), Ok(()));
        assert_eq!(judged("regenachtige"), Ok(()));
        assert_eq!(judged(&"abcé".repeat(64)), Ok(()));
        assert_eq!(judged(&"abcdé".repeat(52)), Err(PasswordFault::TooLong));
    }

    #[test]
    fn the_commonest_are_refused_with_what_people_put_around_them() {
        for common in [
            "Wachtwoord123",
            "motdepasse!",
            "2026Welkom!!",
            "qwertyuiop",
            "azertyuiop",
            "iloveyou12",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "passwordpassword",
            "1234567890",
            "9876543210",
            "0000000000",
            "Dragon!!2026",
            "abc1234567",
            "football2026",
        ] {
            assert_eq!(judged(common), Err(PasswordFault::TooCommon), "{common}");
        }
    }

    #[test]
    fn a_name_or_address_alone_is_no_password() {
        for own in ["lottejanssens", "Janssens1993", "LOTTE.JANSSENS", "lotte.janssens@example.be"]
        {
            assert_eq!(judged(own), Err(PasswordFault::TooPersonal), "{own}");
        }
        assert_eq!(judged("janssens fietst naar zee"), Ok(()));
    }

    #[test]
    fn the_lists_can_be_searched() {
        assert!(COMMON.is_sorted());
        assert!(COMMON_HERE.is_sorted());
        assert!(COMMON.len() > 10_000, "{}", COMMON.len());
    }
}
