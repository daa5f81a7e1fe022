//! Not identified: no code, a letter, a warning to colleagues for a day, a report to the operator.

use std::time::Duration;

use anyhow::Result;
use loket_app::Failure;
use loket_app::commands::read_fraud_reports::ReadFraudReports;
use loket_app::commands::refuse_identification::RefuseIdentification;
use loket_app::commands::report_fraud::ReportFraud;
use loket_app::commands::view_registration::Page;
use loket_domain::comparison::Explanation;
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::registration::{NotIdentifiedReason, StateCode};
use loket_domain::{Language, Refusal};
use loket_testkit::house::{House, ssin};

use crate::journey::{MECHELEN, at_work, opened, state, view};
use crate::on_both;

async fn refuse(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    reason: NotIdentifiedReason,
) -> Result<()> {
    let explanation = Explanation::new("The photo shows another man altogether")?;
    let command = RefuseIdentification { registration, reason, explanation };
    Ok(house.office.run(house.call(session)?, command).await?)
}

fn refused<T: std::fmt::Debug>(result: Result<T, Failure>, wanted: Refusal) -> Result<()> {
    match result {
        Err(Failure::Refused(refusal)) if refusal == wanted => Ok(()),
        other => anyhow::bail!("{other:?} instead of {wanted:?}"),
    }
}

on_both! {
    async fn a_letter_says_what_to_bring_and_only_to_who_was_not_identified(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        let early = house.office.print_letter(house.call(session)?, id, Language::Fr).await;
        refused(early, Refusal::WrongStep)?;
        refuse(&house, session, id, NotIdentifiedReason::DataDiffers).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Refused);
        let letter = house.office.print_letter(house.call(session)?, id, Language::Fr).await?;
        assert!(String::from_utf8(letter)?.contains("data_differs"));
    }

    /// Colleagues of the organisation are warned for a day, others are not.
    async fn colleagues_are_warned_for_a_day(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let one = house.officer(organisation, ssin(1)?).await?;
        let two = house.officer(organisation, ssin(2)?).await?;
        let other = house.organisation("Stad Gent", "0200000142").await?;
        let stranger = house.officer(other, ssin(3)?).await?;
        let id = opened(&house, one, 10).await?;
        refuse(&house, one, id, NotIdentifiedReason::PhotoDiffers).await?;
        let warned = async |session| -> Result<bool> {
            let id = opened(&house, session, 10).await?;
            Ok(view(&house, session, id, Page::Person).await?.0.refused_before.is_some())
        };
        assert!(warned(two).await?);
        assert!(!warned(stranger).await?);
        let another = opened(&house, two, 11).await?;
        assert!(view(&house, two, another, Page::Person).await?.0.refused_before.is_none());
        house.clock.advance(Duration::from_hours(25));
        loket_app::jobs::keep_house(&house.office).await?;
        let three = house.officer(organisation, ssin(4)?).await?;
        assert!(!warned(three).await?);
    }

    async fn a_possible_fraud_is_reported_once_and_read_by_the_operator(house) {
        let session = at_work(&house).await?;
        let report = |registration| -> Result<ReportFraud> {
            Ok(ReportFraud { registration, explanation: Explanation::new("The hologram does not move at all")? })
        };
        let harmless = opened(&house, session, 10).await?;
        refuse(&house, session, harmless, NotIdentifiedReason::NothingShown).await?;
        refused(house.office.run(house.call(session)?, report(harmless)?).await, Refusal::WrongStep)?;
        let id = opened(&house, session, 11).await?;
        refused(house.office.run(house.call(session)?, report(id)?).await, Refusal::WrongStep)?;
        refuse(&house, session, id, NotIdentifiedReason::DocumentSuspect).await?;
        house.office.run(house.call(session)?, report(id)?).await?;
        refused(house.office.run(house.call(session)?, report(id)?).await, Refusal::AlreadyExists)?;
        assert!(view(&house, session, id, Page::Status).await?.0.reported);
        let since = house.office.now().minus(Duration::from_hours(1));
        let read = house.office.disclose(house.operator()?, ReadFraudReports { since }).await?;
        let (reports, disclosure) = read;
        assert_eq!(reports.len(), 1);
        assert!(disclosure.open(&reports[0].explanation).contains("hologram"));
        let officer = house.office.run(house.call(session)?, ReadFraudReports { since }).await;
        refused(officer.map(drop), Refusal::NotAllowed)?;
    }
}
