//! Who outside the installation attests heads of the log: witnesses and time-stamp authorities, as the
//! configuration names them, with what came of asking each last.

use loket_domain::Timestamp;

use super::{index, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// What an attester does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttesterKind {
    /// Cosigns heads that only grow.
    Witness,
    /// States when a head was there (RFC 3161).
    Authority,
}

impl AttesterKind {
    const ALL: [Self; 2] = [Self::Witness, Self::Authority];

    const fn code(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::Authority => "authority",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Why an attester did not attest; the log of the server says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttesterFault {
    /// No connection.
    Unreachable,
    /// No answer in time, or one that broke off.
    NoAnswer,
    /// It refused.
    Refused,
    /// It answered what is not right.
    Wrong,
}

impl AttesterFault {
    const ALL: [Self; 4] = [Self::Unreachable, Self::NoAnswer, Self::Refused, Self::Wrong];

    const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
            Self::Wrong => "wrong",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

/// The attesters of one kind, as the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What they do.
    pub kind: AttesterKind,
    /// Each by its name, which no other of its kind has.
    pub names: Vec<String>,
    /// How many of them must attest a head.
    pub needed: u32,
}

/// An attester and what came of asking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attester {
    /// What it does.
    pub kind: AttesterKind,
    /// Its name.
    pub name: String,
    /// How many of its kind must attest a head.
    pub needed: u32,
    /// Since when the configuration names it.
    pub since: Timestamp,
    /// When it attested last, by our clock, and which size.
    pub attested: Option<(Timestamp, u64)>,
    /// Why it does not now, and since when.
    pub fault: Option<(AttesterFault, Timestamp)>,
}

fn attester(row: &Row) -> Result<Attester, StoreError> {
    let (at, size) = (row.opt_moment("attested_at")?, row.opt_int("size")?);
    let fault = row.opt_text("fault")?;
    let fault = fault.map(|code| {
        AttesterFault::of_code(&code).ok_or(StoreError::Unreadable("log_attester.fault"))
    });
    let (fault, since) = (fault.transpose()?, row.opt_moment("fault_since")?);
    Ok(Attester {
        kind: row.code("kind", AttesterKind::of_code)?,
        name: row.text("name")?,
        needed: row.number("needed")?,
        since: row.moment("since")?,
        attested: at
            .zip(size)
            .map(|(at, size)| Ok::<_, StoreError>((at, index(size)?)))
            .transpose()?,
        fault: fault.zip(since),
    })
}

/// Every attester, the witnesses first.
pub async fn all(view: &mut View<'_>) -> Result<Vec<Attester>, StoreError> {
    let rows = view.all(
        sql!(
            "SELECT kind, name, needed, since, attested_at, size, fault, fault_since
             FROM log_attester ORDER BY kind DESC, name"
        ),
        vec![],
    );
    rows.await?.iter().map(attester).collect()
}

/// Puts the attesters of a kind in place of those that the configuration named before.
pub(super) async fn name(tx: &mut Tx<'_>, named: &Named) -> Result<(), StoreError> {
    let (now, kind) = (tx.now(), named.kind.code());
    let known = all(&mut tx.view()).await?;
    for gone in
        known.iter().filter(|one| one.kind == named.kind && !named.names.contains(&one.name))
    {
        tx.change(
            1,
            sql!("DELETE FROM log_attester WHERE kind = $1 AND name = $2"),
            args![kind, gone.name.as_str()],
        )
        .await?;
    }
    for name in &named.names {
        tx.change(
            1,
            sql!(
                "INSERT INTO log_attester (kind, name, needed, since) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (kind, name) DO UPDATE SET needed = $3"
            ),
            args![kind, name.as_str(), named.needed, now],
        )
        .await?;
    }
    Ok(())
}

/// What came of asking an attester: the size that it attested, or why it did not.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    kind: AttesterKind,
    name: &str,
    came: Result<u64, AttesterFault>,
) -> Result<(), StoreError> {
    let (now, kind) = (tx.now(), kind.code());
    match came {
        Ok(size) => {
            tx.change_any(
                sql!(
                    "UPDATE log_attester SET attested_at = $1, size = $2, fault = NULL, fault_since = NULL
                     WHERE kind = $3 AND name = $4"
                ),
                args![now, place(size), kind, name],
            )
            .await?;
        }
        Err(fault) => {
            tx.change_any(
                sql!(
                    "UPDATE log_attester SET fault = $1, fault_since = COALESCE(fault_since, $2)
                     WHERE kind = $3 AND name = $4"
                ),
                args![fault.code(), now, kind, name],
            )
            .await?;
        }
    }
    Ok(())
}
