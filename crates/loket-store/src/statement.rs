//! Statements, their values and their rows, the same on both engines.
//!
//! House dialect: `$n` placeholders, BIGINT, TEXT and bytes only, no clock, no ids, no casts, no
//! JSON operators. Every `sql!` text is prepared on both migrated schemas by a test.

use loket_domain::Timestamp;
use loket_domain::ssin::Ssin;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::error::StoreError;

/// A statement's text; a macro so that a test can find them all.
macro_rules! sql {
    ($text:literal) => {
        $text
    };
}
pub(crate) use sql;

/// One bound value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arg {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

/// What can be bound.
pub(crate) trait Bind {
    /// As a value of the dialect.
    fn arg(&self) -> Arg;
    /// As the NULL of its type.
    fn null() -> Arg
    where
        Self: Sized;
}

macro_rules! bind {
    ($($type:ty => $variant:ident($value:ident) $as:expr;)+) => {$(
        impl Bind for $type {
            fn arg(&self) -> Arg { let $value = self; Arg::$variant(Some($as)) }
            fn null() -> Arg { Arg::$variant(None) }
        }
    )+};
}

bind! {
    i64 => Int(v) *v;
    u32 => Int(v) i64::from(*v);
    bool => Int(v) i64::from(*v);
    Timestamp => Int(v) v.micros();
    &str => Text(v) (*v).to_owned();
    String => Text(v) v.clone();
    Vec<u8> => Bytes(v) v.clone();
    [u8; 10] => Bytes(v) v.to_vec();
    [u8; 16] => Bytes(v) v.to_vec();
    [u8; 32] => Bytes(v) v.to_vec();
}

macro_rules! bind_ids {
    ($($id:ident),+ $(,)?) => { bind! { $(loket_domain::id::$id => Bytes(v) v.to_bytes();)+ } };
}
bind_ids!(
    OrganisationId,
    AgreementId,
    AuthorisationId,
    StaffId,
    RoleId,
    SessionId,
    RegistrationId,
    PersonId,
    QuestionId,
    SecondCheckId,
    FraudReportId,
    ContactPointId,
    InvitationId,
    MessageId,
    KeyId,
    RelyingPartyId,
    SignInId,
    AnnouncementId,
    EventId,
    HoldId,
    RequestId,
);

impl<T: Bind> Bind for Option<T> {
    fn arg(&self) -> Arg {
        self.as_ref().map_or_else(T::null, Bind::arg)
    }
    fn null() -> Arg {
        T::null()
    }
}

/// The values of a statement, in the order of its placeholders.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::statement::Bind::arg(&$value)),*] };
}
pub(crate) use args;

/// A row of either engine.
pub(crate) enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

macro_rules! column {
    ($name:ident, $optional:ident, $type:ty) => {
        pub(crate) fn $name(&self, column: &'static str) -> Result<$type, StoreError> {
            self.$optional(column)?.ok_or(StoreError::Unreadable(column))
        }
        pub(crate) fn $optional(&self, column: &'static str) -> Result<Option<$type>, StoreError> {
            match self {
                Self::Sqlite(row) => row.try_get(column),
                Self::Postgres(row) => row.try_get(column),
            }
            .map_err(|_| StoreError::Unreadable(column))
        }
    };
}

impl Row {
    column!(int, opt_int, i64);
    column!(text, opt_text, String);
    column!(bytes, opt_bytes, Vec<u8>);

    /// A count or small number.
    pub(crate) fn number(&self, column: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.int(column)?).map_err(|_| StoreError::Unreadable(column))
    }
    /// A moment.
    pub(crate) fn moment(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_micros)
    }
    /// A moment that may be missing.
    pub(crate) fn opt_moment(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_micros))
    }
    /// An identifier.
    pub(crate) fn id<T: From<uuid::Uuid>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.opt_id(column)?.ok_or(StoreError::Unreadable(column))
    }
    /// An identifier that may be missing.
    pub(crate) fn opt_id<T: From<uuid::Uuid>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.opt_bytes(column)?
            .map(|b| {
                uuid::Uuid::from_slice(&b).map(T::from).map_err(|_| StoreError::Unreadable(column))
            })
            .transpose()
    }
    /// Exactly 32 bytes.
    pub(crate) fn digest(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::Unreadable(column))
    }
    /// A SHA-256 that may be missing.
    pub(crate) fn opt_digest(&self, column: &'static str) -> Result<Option<[u8; 32]>, StoreError> {
        self.opt_bytes(column)?
            .map(|bytes| bytes.try_into().map_err(|_| StoreError::Unreadable(column)))
            .transpose()
    }
    /// A stable code of a closed list.
    pub(crate) fn code<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        read(&self.text(column)?).ok_or(StoreError::Unreadable(column))
    }
}

/// Purpose under which the token of a person's number is made.
pub(crate) const NUMBER_TOKEN: &str = "number";

/// Token of a number, by which persons and staff are found.
pub(crate) fn number_token(vault: &crate::vault::Vault, ssin: &Ssin) -> [u8; 32] {
    vault.token(NUMBER_TOKEN, ssin.digits().as_bytes())
}
