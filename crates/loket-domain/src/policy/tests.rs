//! The matrix printed for review, and each condition failing in turn.

use uuid::Uuid;

use super::*;
use crate::id::{AgreementId, RoleId};
use crate::office::{AgreementState, AuthorisationState, EnterpriseNumber, Grant};
use crate::register::RegisterName;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000_000);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

fn organisation(n: u128) -> OrganisationId {
    Uuid::from_u128(n).into()
}

fn officer() -> StaffFacts {
    StaffFacts {
        staff: Uuid::from_u128(1).into(),
        organisation: organisation(7),
        enterprise_number: EnterpriseNumber::parse("0884.303.369").unwrap(),
        at_operator: false,
        seen_at: Timestamp::from_seconds(0),
        session_ends_at: NOW.plus(Duration::from_secs(60)),
        session_ended: false,
        card_shown_at: NOW,
        card_fingerprint: [1; 32],
        post: None,
        grants: vec![Grant {
            id: RoleId::from_uuid(Uuid::from_u128(2)),
            kind: Officer,
            from: NOW.minus(YEAR),
            until: NOW.plus(Duration::from_secs(1)),
            withdrawn_at: None,
            trained_at: Some(NOW.minus(Duration::from_secs(60))),
        }],
        agreement: Some(AgreementState {
            id: AgreementId::from_uuid(Uuid::from_u128(3)),
            in_force_from: Some(NOW.minus(YEAR)),
            ends_at: None,
        }),
        authorisations: vec![AuthorisationState {
            register: RegisterName::NationalRegister,
            from: NOW.minus(YEAR),
            until: None,
        }],
        terms_accepted: true,
    }
}

fn open(staff: &StaffFacts, now: Timestamp) -> Result<(), Refusal> {
    let scope = ScopeFacts { organisation: Some(organisation(7)), ..ScopeFacts::default() };
    decide(Action::OpenRegistration, CallerFacts::Staff(staff), scope, now)
}

fn without(change: impl FnOnce(&mut StaffFacts)) -> Result<(), Refusal> {
    let mut staff = officer();
    change(&mut staff);
    open(&staff, NOW)
}

#[test]
fn an_officer_with_everything_may_open_a_registration() {
    assert_eq!(open(&officer(), NOW), Ok(()));
}

#[test]
fn each_missing_condition_has_its_own_refusal() {
    assert_eq!(without(|s| s.session_ended = true), Err(Refusal::SessionEnded));
    assert_eq!(without(|s| s.session_ends_at = NOW), Err(Refusal::SessionEnded));
    assert_eq!(without(|s| s.agreement = None), Err(Refusal::AgreementMissing));
    assert_eq!(
        without(|s| s.agreement.as_mut().unwrap().in_force_from = None),
        Err(Refusal::AgreementMissing)
    );
    assert_eq!(
        without(|s| s.agreement.as_mut().unwrap().ends_at = Some(NOW)),
        Err(Refusal::AgreementEnded)
    );
    assert_eq!(without(|s| s.grants.clear()), Err(Refusal::RoleMissing));
    assert_eq!(without(|s| s.grants[0].until = NOW), Err(Refusal::RoleExpired));
    assert_eq!(without(|s| s.grants[0].withdrawn_at = Some(NOW)), Err(Refusal::RoleWithdrawn));
    assert_eq!(without(|s| s.grants[0].kind = Auditor), Err(Refusal::NotAllowed));
    assert_eq!(without(|s| s.grants[0].trained_at = None), Err(Refusal::TrainingExpired));
    assert_eq!(without(|s| s.terms_accepted = false), Err(Refusal::TermsNotAccepted));
    assert_eq!(without(|s| s.authorisations.clear()), Err(Refusal::AuthorisationMissing));
    assert_eq!(without(|s| s.organisation = organisation(8)), Err(Refusal::NotFound));
}

#[test]
fn a_role_ends_on_the_second() {
    let staff = officer();
    let end = staff.grants[0].until;
    assert_eq!(open(&staff, end.minus(Duration::from_micros(1))), Ok(()));
    assert_eq!(open(&staff, end), Err(Refusal::RoleExpired));
}

#[test]
fn nobody_without_a_card_reaches_staff_acts() {
    for action in Action::ALL {
        let staff_only = action.who().iter().all(|w| matches!(w, Role(_) | AnyStaff));
        for caller in [
            CallerFacts::CardHolder,
            CallerFacts::Applicant,
            CallerFacts::AddressHolder,
            CallerFacts::KeyHolder,
            CallerFacts::RelyingParty,
            CallerFacts::Operator,
            CallerFacts::Job,
        ] {
            if staff_only {
                let decided = decide(*action, caller, ScopeFacts::default(), NOW);
                assert_eq!(decided, Err(Refusal::NotAllowed), "{action:?} by {caller:?}");
            }
        }
    }
}

#[test]
fn some_acts_ask_for_the_card_again() {
    let mut staff = officer();
    staff.grants[0].kind = RoleKind::AccessManager;
    staff.session_ends_at = NOW.plus(CARD_FRESH * 2);
    staff.grants[0].until = staff.session_ends_at;
    let scope = ScopeFacts { organisation: Some(staff.organisation), ..ScopeFacts::default() };
    let grant =
        |staff: &StaffFacts, now| decide(Action::GrantRole, CallerFacts::Staff(staff), scope, now);
    assert_eq!(grant(&staff, NOW), Ok(()));
    let later = NOW.plus(CARD_FRESH);
    assert_eq!(grant(&staff, later.minus(Duration::from_micros(1))), Ok(()));
    assert_eq!(grant(&staff, later), Err(Refusal::CardAgain));
    staff.grants.clear();
    assert_eq!(grant(&staff, later), Err(Refusal::RoleMissing), "a card opens no door by itself");
}

#[test]
fn nobody_acts_in_a_registration_about_himself_or_herself() {
    let staff = officer();
    let about = ScopeFacts {
        organisation: Some(staff.organisation),
        officer: Some(staff.staff),
        is_about_caller: true,
    };
    for action in Action::ALL.iter().filter(|action| action.who() == [Role(Officer)]) {
        let decided = decide(*action, CallerFacts::Staff(&staff), about, NOW);
        let wanted = if action.may_be_about_oneself() { Ok(()) } else { Err(Refusal::OwnDossier) };
        assert_eq!(decided, wanted, "{action:?}");
    }
    assert!(!Action::IdentifyPerson.may_be_about_oneself());
    assert!(!Action::ViewRegistration.may_be_about_oneself());
}

#[test]
fn the_printed_matrix_is_the_reviewed_one() {
    use std::fmt::Write as _;
    let mut printed =
        String::from("Rights: action, and who may do it. Made by a test of loket-domain.\n\n");
    for action in Action::ALL {
        let who: Vec<String> = action
            .who()
            .iter()
            .map(|w| match w {
                Role(kind) => kind.code().to_owned(),
                CardHolder => "card holder".to_owned(),
                AnyStaff => "any staff".to_owned(),
                Applicant => "applicant".to_owned(),
                AddressHolder => "address holder".to_owned(),
                KeyHolder => "key holder".to_owned(),
                RelyingParty => "relying party".to_owned(),
                Operator => "operator (command line)".to_owned(),
                Job => "job".to_owned(),
            })
            .collect();
        let card = if action.wants_fresh_card() { " (card again)" } else { "" };
        writeln!(printed, "{:<26} {}{card}", action.code(), who.join(", ")).unwrap();
    }
    crate::generated::assert_same("rights.txt", &printed);
}
