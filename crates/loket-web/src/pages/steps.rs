//! The four steps of a dossier, beside each of its pages: what is done, where the officer is, what
//! is to come. A template that has the fields `frame` and `steps` includes `steps.html`.

use loket_domain::registration::StateCode;
use loket_text::Text;

/// The step to which a page belongs, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// What the register answered.
    Person,
    /// Procedure, document, checks, decision.
    Identification,
    /// Consent, addresses, their codes.
    Contact,
    /// Check your answers, send, how far it is.
    Sending,
}

/// One step as the page shows it.
pub(crate) struct Step {
    /// Its name.
    pub(crate) name: String,
    /// Nothing of it is left to do.
    pub(crate) done: bool,
    /// The page belongs to it.
    pub(crate) here: bool,
}

/// The steps beside a page.
pub(crate) struct Steps(Vec<Step>);

impl Steps {
    /// Of a dossier in this state, on a page of this step. One that ended without a key is at no
    /// step any more, but for a refusal, which is an outcome of the identification.
    pub(crate) fn new(t: Text, state: StateCode, here: Stage) -> Self {
        let names = [
            (Stage::Person, t.step_person()),
            (Stage::Identification, t.step_identification()),
            (Stage::Contact, t.step_contact()),
            (Stage::Sending, t.step_sending()),
        ];
        let stopped = match state {
            StateCode::Refused => Some(Stage::Identification),
            StateCode::Expired | StateCode::Withdrawn => None,
            StateCode::Opened
            | StateCode::Identified
            | StateCode::Contactable
            | StateCode::Invited
            | StateCode::Activated => Some(here),
        };
        Self(
            names
                .into_iter()
                .map(|(stage, name)| Step {
                    name,
                    done: is_done(stage, state, here),
                    here: Some(stage) == stopped,
                })
                .collect(),
        )
    }

    /// The steps in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Step> {
        self.0.iter()
    }
}

/// An opened dossier has its person once the officer has gone on; every other step is done by the
/// state alone. A dossier that ended without a key shows nothing beyond the person as done, since
/// its state does not say how far it came.
fn is_done(step: Stage, state: StateCode, here: Stage) -> bool {
    let reached = match state {
        StateCode::Opened if here == Stage::Person => return false,
        StateCode::Opened | StateCode::Refused | StateCode::Expired | StateCode::Withdrawn => {
            Stage::Person
        }
        StateCode::Identified => Stage::Identification,
        StateCode::Contactable => Stage::Contact,
        StateCode::Invited | StateCode::Activated => Stage::Sending,
    };
    step <= reached
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    fn shape(state: StateCode, here: Stage) -> String {
        let steps = Steps::new(Text::new(Language::Nl), state, here);
        steps
            .iter()
            .map(|s| {
                if s.here {
                    '>'
                } else if s.done {
                    'x'
                } else {
                    '.'
                }
            })
            .collect()
    }

    #[test]
    fn done_here_and_to_come() {
        assert_eq!(shape(StateCode::Opened, Stage::Person), ">...");
        assert_eq!(shape(StateCode::Opened, Stage::Identification), "x>..");
        assert_eq!(shape(StateCode::Identified, Stage::Contact), "xx>.");
        assert_eq!(shape(StateCode::Contactable, Stage::Sending), "xxx>");
        assert_eq!(shape(StateCode::Contactable, Stage::Contact), "xx>.");
        assert_eq!(shape(StateCode::Refused, Stage::Sending), "x>..");
        assert_eq!(shape(StateCode::Withdrawn, Stage::Sending), "x...");
    }
}
