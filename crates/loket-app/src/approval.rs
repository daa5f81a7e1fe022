//! What an act on the audit log itself takes: a reason, and two people by their names. Whether these are
//! the two is not proved here: the command line belongs to whoever owns the machine.

use loket_domain::Refusal;

/// Fewest characters of a reason.
const REASON_FEWEST: usize = 10;

/// A reason, long enough to be one.
pub(crate) fn reason_of(text: &str) -> Result<String, Refusal> {
    let reason = text.trim();
    let long_enough = (REASON_FEWEST..=500).contains(&reason.chars().count());
    if long_enough { Ok(reason.to_owned()) } else { Err(Refusal::ReasonMissing) }
}

/// Two people by their names, which differ.
pub(crate) fn two_people(names: &[String; 2]) -> Result<[String; 2], Refusal> {
    let [one, other] = names.each_ref().map(|name| name.trim());
    let is_name = |name: &str| (2..=100).contains(&name.chars().count());
    if !is_name(one) || !is_name(other) || one.to_lowercase() == other.to_lowercase() {
        return Err(Refusal::InvalidInput);
    }
    Ok([one.to_owned(), other.to_owned()])
}
