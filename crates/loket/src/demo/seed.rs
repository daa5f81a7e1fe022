//! The first organisations and roles, entered by the same commands as any others. A second start
//! finds them and enters only what is missing.

use std::time::Duration;

use loket_app::commands::allow_procedure::AllowProcedure;
use loket_app::commands::create_organisation::CreateOrganisation;
use loket_app::commands::end_agreement::EndAgreement;
use loket_app::commands::grant_role::GrantRole;
use loket_app::commands::record_agreement::RecordAgreement;
use loket_app::commands::record_authorisation::RecordAuthorisation;
use loket_app::tables::organisation::{Particulars, Signature};
use loket_app::tables::staff::StaffName;
use loket_app::{Failure, tables};
use loket_domain::id::OrganisationId;
use loket_domain::office::{Employment, EnterpriseNumber, RoleKind};
use loket_domain::register::RegisterName;
use loket_domain::{Refusal, Timestamp};
use loket_store::Command;

use super::people::{Colleague, Place, RoleGiven, colleagues};
use crate::wiring::House;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a role of the demonstration is valid; less than a training counts.
const ROLE: u32 = 300;
/// The role that has expired: roles of the past cannot be given, so this one lasts for a moment.
const SHORTEST: Duration = Duration::from_millis(300);

/// Enters what is missing.
pub(super) async fn enter(house: &House) -> Result<(), Failure> {
    for place in Place::ALL {
        enter_place(house, place).await?;
    }
    for colleague in colleagues() {
        enter_colleague(house, &colleague).await?;
    }
    Ok(())
}

async fn act<C: Command>(house: &House, command: C) -> Result<C::Output, Failure> {
    let call = house.office.operator_call("demo")?;
    house.office.run(call, command).await
}

async fn find(house: &House, place: Place) -> Result<Option<OrganisationId>, Failure> {
    let number = EnterpriseNumber::parse(place.number()).map_err(|_| Refusal::InvalidInput)?;
    let mut reader = house.store.reader().await?;
    let found = tables::organisation::by_enterprise_number(&mut reader.view(), &number).await?;
    Ok(found.map(|organisation| organisation.id))
}

async fn enter_place(house: &House, place: Place) -> Result<(), Failure> {
    if find(house, place).await?.is_some() {
        return Ok(());
    }
    let command = CreateOrganisation {
        name: place.name().to_owned(),
        enterprise_number: EnterpriseNumber::parse(place.number())
            .map_err(|_| Refusal::InvalidInput)?,
        at_operator: place == Place::Operator,
    };
    let organisation = act(house, command).await?;
    if place == Place::Operator {
        return Ok(());
    }
    let now = house.office.now();
    let from = now.minus(DAY * 90);
    let agreement =
        RecordAgreement { organisation, particulars: particulars(from), in_force_from: from };
    act(house, agreement).await?;
    for register in RegisterName::ALL {
        let reference = "demonstration".to_owned();
        let command = RecordAuthorisation { organisation, register, reference, from, until: None };
        act(house, command).await?;
    }
    if place == Place::Municipality {
        let command = AllowProcedure {
            organisation,
            procedure: "video".to_owned(),
            until: now.plus(DAY * ROLE),
            reason: "demonstration".to_owned(),
            procedures: house.office.procedures(),
        };
        act(house, command).await?;
    }
    if place == Place::Former {
        let reason = "shows what an ended agreement means".to_owned();
        act(house, EndAgreement { organisation, at: now, reason }).await?;
    }
    Ok(())
}

fn particulars(signed: Timestamp) -> Particulars {
    let signature = |function: &str| {
        Some(Signature { name: "N.N.".to_owned(), function: function.to_owned(), at: signed })
    };
    Particulars {
        signed_for_organisation: signature("director"),
        signed_for_operator: signature("director of the operator"),
        contact: Some("N.N., contact@demo.example".to_owned()),
        data_protection_officer: Some("N.N., dpo@demo.example".to_owned()),
        purpose: "demonstration".to_owned(),
    }
}

async fn enter_colleague(house: &House, colleague: &Colleague) -> Result<(), Failure> {
    let organisation = find(house, colleague.place).await?.ok_or(Refusal::NotFound)?;
    let now = house.office.now();
    let known = {
        let mut reader = house.store.reader().await?;
        match tables::staff::by_number(&mut reader.view(), &colleague.ssin).await? {
            Some(staff) => Some(tables::staff::roles_of(&mut reader.view(), staff).await?),
            None => None,
        }
    };
    let works = known.as_ref().is_some_and(|roles| roles.iter().any(|role| now < role.grant.until));
    let (kind, until) = match colleague.role {
        RoleGiven::Valid(kind) if !works => (kind, now.plus(DAY * ROLE)),
        RoleGiven::Expired(kind) if known.is_none() => (kind, now.plus(SHORTEST)),
        _ => return Ok(()),
    };
    act(house, grant(colleague, organisation, (kind, until), now)).await?;
    if matches!(colleague.role, RoleGiven::Expired(_)) {
        // Nobody signs in before it is over.
        tokio::time::sleep(SHORTEST).await;
    }
    Ok(())
}

fn grant(
    colleague: &Colleague,
    organisation: OrganisationId,
    (kind, until): (RoleKind, Timestamp),
    now: Timestamp,
) -> GrantRole {
    GrantRole {
        organisation,
        ssin: colleague.ssin,
        name: StaffName {
            given_names: colleague.persona.given_names.to_owned(),
            surname: colleague.persona.surname.to_owned(),
        },
        kind,
        employment: Employment::Permanent,
        from: now.minus(DAY),
        until,
        trained_at: Some(now.minus(DAY * 14)),
    }
}
