//! How an auditor names what is asked for, and what that is for us. A number is typed and looked up by
//! its token; from then on only our own identifier goes around.

use loket_domain::audit::About;
use loket_domain::office::{EnterpriseNumber, StaffFacts};
use loket_domain::registration::Reference;
use loket_domain::{Refusal, Ssin};
use loket_store::tables::{self, View};
use loket_store::{Failure, Personal};
use serde::Serialize;

/// As it was named.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// Nothing in particular: everything of a kind or a period.
    Everything,
    /// Found before.
    Known(About),
    /// The person with a number.
    Person(Ssin),
    /// The member of staff with a number.
    Officer(Ssin),
    /// The organisation with an enterprise number.
    Organisation(EnterpriseNumber),
    /// The registration with a dossier number.
    Dossier(Reference),
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// Everything.
    Everything,
    /// This.
    About(About),
    /// Nobody and nothing that the house knows.
    Unknown,
}

impl Named {
    /// Stable code of the way of asking.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Known(about) => about.code(),
            Self::Person(_) => "person",
            Self::Officer(_) => "officer",
            Self::Organisation(_) => "organisation",
            Self::Dossier(_) => "registration",
        }
    }

    /// The number of a person that was typed.
    pub const fn number(&self) -> Option<Ssin> {
        match self {
            Self::Person(ssin) | Self::Officer(ssin) => Some(*ssin),
            Self::Everything | Self::Known(_) | Self::Organisation(_) | Self::Dossier(_) => None,
        }
    }

    /// Looks it up.
    pub(crate) async fn resolve(&self, view: &mut View<'_>) -> Result<Resolved, Failure> {
        let found = match self {
            Self::Everything => return Ok(Resolved::Everything),
            Self::Known(about) => Some(*about),
            Self::Person(ssin) => tables::person::by_number(view, ssin).await?.map(About::Person),
            Self::Officer(ssin) => tables::staff::by_number(view, ssin).await?.map(About::Officer),
            Self::Organisation(number) => {
                let found = tables::organisation::by_enterprise_number(view, number).await?;
                found.map(|found| About::Organisation(found.id))
            }
            Self::Dossier(reference) => {
                let found = tables::registration::by_reference(view, *reference).await?;
                found.map(About::Registration)
            }
        };
        Ok(found.map_or(Resolved::Unknown, Resolved::About))
    }
}

/// Nobody reads what was done about himself or herself as an auditor: a colleague does (decision 0012).
pub(crate) async fn refuse_oneself(
    tx: &mut loket_store::Tx<'_>,
    staff: Option<&StaffFacts>,
    named: &Named,
    about: Option<About>,
) -> Result<(), Failure> {
    let Some(staff) = staff else { return Ok(()) };
    let known: Option<Personal<Ssin>> = match about {
        Some(About::Person(person)) => tables::person::number(&mut tx.view(), person).await?,
        _ => None,
    };
    let typed = if let Named::Person(ssin) = named { Some(*ssin) } else { None };
    let numbers: Vec<Ssin> =
        typed.into_iter().chain(known.iter().map(|number| *tx.open(number))).collect();
    for number in numbers {
        if tables::staff::is_own_number(&mut tx.view(), staff.staff, &number).await? {
            return Err(Refusal::OwnNumber.into());
        }
    }
    if let Some(About::Registration(id)) = about
        && tables::staff::is_about(&mut tx.view(), staff.staff, id).await?
    {
        return Err(Refusal::OwnDossier.into());
    }
    Ok(())
}
