//! The two JSON forms of a bundle. Unknown fields are refused: what a verifier does not understand
//! it cannot vouch for.

use serde::{Deserialize, Serialize};

use super::{EvidenceFault, Files};
use crate::leaf::{Code, Leaf, Slot, Token, TokenKind};
use crate::secret::{Opening, Salt};

/// Most bytes of a JSON file that is read.
const MAX_JSON: usize = 1 << 24;

/// What was asked, for which reason, and where nothing is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Why it was asked, in words.
    pub reason: String,
    /// On which legal ground.
    pub legal_basis: String,
    /// Who asked.
    pub asked_by: String,
    /// When, RFC 3339.
    pub asked_at: String,
    /// An event fits when it has one of these tokens; without any, every event fits.
    pub tokens: Vec<QueryToken>,
    /// An event fits when it is of one of these kinds; without any, of every kind.
    pub kinds: Vec<String>,
    /// An event fits from this moment on, in microseconds since 1970 UTC.
    pub from: Option<u64>,
    /// An event fits before this moment.
    pub until: Option<u64>,
    /// Leaves among which nothing that fits is left out. Without it the bundle claims nothing about
    /// what it does not hold.
    pub complete_within: Option<RangeOfLeaves>,
}

/// Leaves from one index to before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeOfLeaves {
    /// First index.
    pub from: u64,
    /// Index after the last.
    pub to: u64,
}

/// A token of the query, and how often it occurs within the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryToken {
    /// Kind, by its name.
    pub kind: String,
    /// The 16 bytes in hexadecimal.
    pub token: String,
    /// Number of leaves of the range that have it; none where the bundle does not claim to be complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// An opened value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedValue {
    /// Slot, by its name.
    pub slot: String,
    /// The 32 bytes of the salt in hexadecimal.
    pub salt: String,
    /// The value.
    pub value: String,
}

impl OpenedValue {
    /// As it is written into a bundle.
    pub fn of(opening: &Opening) -> Self {
        Self {
            slot: opening.slot.to_string(),
            salt: hex(opening.salt.expose()),
            value: opening.value.clone(),
        }
    }

    fn read(self) -> Option<Opening> {
        let slot: Slot = self.slot.parse().ok()?;
        let salt = Salt::from_bytes(&from_hex(&self.salt)?);
        Some(Opening { slot, salt, value: self.value })
    }
}

impl QueryToken {
    /// As it is written into a bundle.
    pub fn of(token: &Token, count: Option<u64>) -> Self {
        Self { kind: token.kind.to_string(), token: hex(&token.bytes), count }
    }

    pub(super) fn read(&self) -> Option<Token> {
        let kind: TokenKind = self.kind.parse().ok()?;
        Some(Token { kind, bytes: from_hex(&self.token)? })
    }
}

/// A query with its names read.
pub(super) struct Fitting {
    pub(super) tokens: Vec<(Token, u64)>,
    kinds: Vec<Code>,
    from: u64,
    until: u64,
}

impl Fitting {
    pub(super) fn read(query: &Query) -> Option<Self> {
        // A claim to be complete needs every count; without one there is nothing to count.
        let needed = query.complete_within.is_some();
        let count = |token: &QueryToken| token.count.or((!needed).then_some(0));
        let tokens = query.tokens.iter().map(|token| Some((token.read()?, count(token)?)));
        Some(Self {
            tokens: tokens.collect::<Option<_>>()?,
            kinds: query.kinds.iter().map(|kind| kind.parse().ok()).collect::<Option<_>>()?,
            from: query.from.unwrap_or(0),
            until: query.until.unwrap_or(u64::MAX),
        })
    }

    /// Whether a leaf is one of those that were asked for.
    pub(super) fn fits(&self, leaf: &Leaf) -> bool {
        let (time, kind) = (leaf.head().time, &leaf.head().kind);
        let by_token = self.tokens.is_empty()
            || self.tokens.iter().any(|(token, _)| leaf.tokens().contains(token));
        let by_kind = self.kinds.is_empty() || self.kinds.contains(kind);
        by_token && by_kind && (self.from..self.until).contains(&time)
    }
}

/// The query of a bundle, if it has one.
pub(super) fn query(files: &Files) -> Result<Option<(Query, Fitting)>, EvidenceFault> {
    let name = super::QUERY_FILE;
    let Some(bytes) = files.get(name) else { return Ok(None) };
    let wrong = || EvidenceFault::Form(name.to_owned());
    let query: Query = json(bytes).ok_or_else(wrong)?;
    let fitting = Fitting::read(&query).ok_or_else(wrong)?;
    Ok(Some((query, fitting)))
}

/// The openings in a file.
pub(super) fn openings(name: &str, bytes: &[u8]) -> Result<Vec<Opening>, EvidenceFault> {
    let values: Option<Vec<OpenedValue>> = json(bytes);
    values
        .and_then(|values| values.into_iter().map(OpenedValue::read).collect())
        .ok_or_else(|| EvidenceFault::Form(name.to_owned()))
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    (bytes.len() <= MAX_JSON).then(|| serde_json::from_slice(bytes).ok()).flatten()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| [byte >> 4, byte & 15]).fold(String::new(), |mut text, digits| {
        text.extend(digits.iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)));
        text
    })
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (digits, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let bytes: Option<Vec<u8>> =
        digits.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    if rest.is_empty() { bytes?.try_into().ok() } else { None }
}
