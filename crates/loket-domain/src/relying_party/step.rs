//! What a request still needs before it is answered: a key, a yes, or nothing any more.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AuthorizationRequest, Claim};
use crate::key::AssuranceLevel;
use crate::time::Timestamp;

/// How long a key that was shown serves for other relying parties too.
pub const SHOWN_FOR: Duration = Duration::from_secs(15 * 60);

/// A key that was shown in this browser, and works still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownKey {
    /// When.
    pub at: Timestamp,
    /// Its level.
    pub level: AssuranceLevel,
}

/// What a person agreed to for a relying party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenConsent {
    /// What it may learn.
    pub claims: BTreeSet<Claim>,
    /// When the person said so last.
    pub at: Timestamp,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The person shows a key.
    ShowKey,
    /// The key that was just shown does not reach the level: another one, or giving up.
    ShowBetterKey,
    /// The person is asked whether the relying party may have what it asks for.
    AskConsent,
    /// The relying party gets its code.
    Answer,
    /// The relying party gets a no.
    Fail(AnswerError),
}

/// Why a relying party gets no code; the text is the code of OpenID Connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// A key would have to be shown, and nothing may be asked.
    #[error("login_required")]
    LoginRequired,
    /// The person would have to be asked, and nothing may be asked.
    #[error("consent_required")]
    ConsentRequired,
    /// The person said no, or went away.
    #[error("access_denied")]
    AccessDenied,
    /// The person has no key of that level.
    #[error("unmet_authentication_requirements")]
    LevelNotReached,
    /// Something of ours failed.
    #[error("server_error")]
    Broken,
}

/// Decides.
pub fn next_step(
    request: &AuthorizationRequest,
    shown: Option<ShownKey>,
    consent: Option<&GivenConsent>,
    now: Timestamp,
) -> NextStep {
    let asked = |step, error| if request.prompt.none { NextStep::Fail(error) } else { step };
    let since = |at: Timestamp| at >= request.received_at;
    let Some(shown) = shown.filter(|shown| now < shown.at.plus(SHOWN_FOR)) else {
        return asked(NextStep::ShowKey, AnswerError::LoginRequired);
    };
    // What was shown for this very request is new enough, however long the person takes to agree.
    let fresh = since(shown.at)
        || (!request.prompt.login
            && request.max_age.is_none_or(|seconds| {
                request.received_at <= shown.at.plus(Duration::from_secs(seconds))
            }));
    if !fresh {
        return asked(NextStep::ShowKey, AnswerError::LoginRequired);
    }
    if shown.level < request.level {
        let step = if since(shown.at) { NextStep::ShowBetterKey } else { NextStep::ShowKey };
        return asked(step, AnswerError::LoginRequired);
    }
    let agreed = consent.is_some_and(|given| {
        request.claims.is_subset(&given.claims) && (!request.prompt.consent || since(given.at))
    });
    if agreed {
        NextStep::Answer
    } else {
        asked(NextStep::AskConsent, AnswerError::ConsentRequired)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Challenge, Prompt, ReturnAddress};
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds)
    }

    fn request() -> AuthorizationRequest {
        AuthorizationRequest {
            party: "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap(),
            address: ReturnAddress::new("https://dienst.example.be/cb").unwrap(),
            state: None,
            nonce: None,
            challenge: Challenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap(),
            claims: BTreeSet::from([Claim::Names]),
            prompt: Prompt::default(),
            max_age: None,
            level: AssuranceLevel::Substantial,
            language: None,
            received_at: at(100),
        }
    }

    fn key(seconds: i64, level: AssuranceLevel) -> ShownKey {
        ShownKey { at: at(seconds), level }
    }

    fn yes(seconds: i64) -> GivenConsent {
        GivenConsent { claims: BTreeSet::from([Claim::Names, Claim::Email]), at: at(seconds) }
    }

    #[test]
    fn key_then_consent_then_answer() {
        use AssuranceLevel::{High, Low, Substantial};
        let (request, now) = (request(), at(110));
        let step = |shown, consent: Option<&GivenConsent>| next_step(&request, shown, consent, now);
        assert_eq!(step(None, Some(&yes(1))), NextStep::ShowKey);
        assert_eq!(step(Some(key(50, Substantial)), None), NextStep::AskConsent);
        assert_eq!(step(Some(key(50, High)), Some(&yes(1))), NextStep::Answer);
        // A key of the session that is too low is no fault yet; one shown for this request is.
        assert_eq!(step(Some(key(50, Low)), Some(&yes(1))), NextStep::ShowKey);
        assert_eq!(step(Some(key(105, Low)), Some(&yes(1))), NextStep::ShowBetterKey);
        assert_eq!(step(Some(key(-900, High)), Some(&yes(1))), NextStep::ShowKey);
        let less = GivenConsent { claims: BTreeSet::from([Claim::Email]), at: at(1) };
        assert_eq!(step(Some(key(50, High)), Some(&less)), NextStep::AskConsent);
    }

    #[test]
    fn what_must_be_asked_again() {
        let now = at(110);
        let shown = |seconds| Some(key(seconds, AssuranceLevel::Substantial));
        let prompt = Prompt { login: true, consent: true, none: false };
        let both = AuthorizationRequest { prompt, ..request() };
        assert_eq!(next_step(&both, shown(99), Some(&yes(1)), now), NextStep::ShowKey);
        assert_eq!(next_step(&both, shown(100), Some(&yes(1)), now), NextStep::AskConsent);
        assert_eq!(next_step(&both, shown(100), Some(&yes(105)), now), NextStep::Answer);
        let young = AuthorizationRequest { max_age: Some(30), ..request() };
        assert_eq!(next_step(&young, shown(69), Some(&yes(1)), now), NextStep::ShowKey);
        assert_eq!(next_step(&young, shown(70), Some(&yes(1)), at(400)), NextStep::Answer);
        let now_only = AuthorizationRequest { max_age: Some(0), ..request() };
        assert_eq!(next_step(&now_only, shown(99), Some(&yes(1)), now), NextStep::ShowKey);
        assert_eq!(next_step(&now_only, shown(101), Some(&yes(1)), now), NextStep::Answer);
    }

    proptest! {
        /// Nobody is asked anything when nothing may be asked, and nobody is answered without a key of the
        /// level and a yes to all that is asked for.
        #[test]
        fn none_asks_nothing_and_answers_need_everything(
            none: bool, login: bool, consent: bool, max_age in prop::option::of(0_u64..200),
            level in 0_usize..3, wanted in 0_usize..3, shown in prop::option::of(-1000_i64..200),
            agreed in prop::option::of((prop::bool::ANY, 0_i64..200)), now in 100_i64..1200,
        ) {
            let request = AuthorizationRequest {
                prompt: Prompt { none, login: login && !none, consent: consent && !none },
                max_age,
                level: AssuranceLevel::ALL[wanted],
                ..request()
            };
            let level = AssuranceLevel::ALL[level];
            let shown = shown.map(|seconds| ShownKey { at: at(seconds), level });
            let given = agreed.map(|(all, seconds)| GivenConsent {
                claims: if all { BTreeSet::from([Claim::Names]) } else { BTreeSet::new() },
                at: at(seconds),
            });
            let step = next_step(&request, shown, given.as_ref(), at(now));
            prop_assert!(!none || matches!(step, NextStep::Answer | NextStep::Fail(_)));
            if step == NextStep::Answer {
                let shown = shown.unwrap();
                prop_assert!(shown.level >= request.level && at(now) < shown.at.plus(SHOWN_FOR));
                prop_assert!(!request.prompt.login || shown.at >= request.received_at);
                prop_assert!(request.claims.is_subset(&given.unwrap().claims));
            }
        }
    }
}
