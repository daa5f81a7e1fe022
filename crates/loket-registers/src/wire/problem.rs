//! Problem documents and the names of the problems that have a meaning of their own.

use serde::{Deserialize, Serialize};

/// A problem document (RFC 9457 with the Belgif fields).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable URN of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// English title.
    #[serde(default)]
    pub title: String,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What is wrong with the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}

/// One thing wrong with the input. Does not print what was typed or what replaced it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Stable URN of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// Part of the request: always `body` here, since a number stands nowhere else.
    #[serde(rename = "in", default)]
    pub part: String,
    /// The field; empty when the body as a whole is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The number that replaced the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

impl Issue {
    /// An issue with a field of the body.
    pub fn new(kind: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            part: "body".to_owned(),
            name: name.to_owned(),
            replaced_by: None,
        }
    }
}

impl std::fmt::Debug for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issue").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// URNs of the problems that have a meaning of their own.
pub mod urn {
    /// The input is wrong; the issues say what.
    pub const BAD_REQUEST: &str = "urn:problem-type:belgif:badRequest";
    /// Issue: the number is not known.
    pub const NOT_KNOWN: &str =
        "urn:problem-type:belgif:input-validation:referencedResourceNotFound";
    /// Issue: a field does not fit its schema.
    pub const SCHEMA: &str = "urn:problem-type:belgif:input-validation:schemaViolation";
    /// Issue: the check digits are wrong.
    pub const STRUCTURE: &str = "urn:problem-type:belgif-ext:input-validation:invalidStructure";
    /// Issue: the number was replaced.
    pub const REPLACED: &str = "urn:problem-type:cbss:input-validation:replacedSsin";
    /// Issue: the number was cancelled.
    pub const CANCELLED: &str = "urn:problem-type:cbss:input-validation:canceledSsin";
    /// Too many persons fit the criteria.
    pub const TOO_WIDE: &str = "urn:problem-type:loket:registers:searchCriteriaTooWide";
    /// The organisation is not inscribed for the person.
    pub const NOT_INSCRIBED: &str = "urn:problem-type:loket:registers:notInscribed";
    /// Not allowed for this legal context.
    pub const NOT_ALLOWED: &str = "urn:problem-type:belgif:missingPermission";
    /// Issue: a field that the schema does not have.
    pub const UNKNOWN_INPUT: &str = "urn:problem-type:belgif:input-validation:unknownInput";
    /// No token.
    pub const NO_TOKEN: &str = "urn:problem-type:belgif:noAccessToken";
    /// A token that is not or no longer good.
    pub const INVALID_TOKEN: &str = "urn:problem-type:belgif:invalidAccessToken";
    /// No such route.
    pub const NO_RESOURCE: &str = "urn:problem-type:belgif:resourceNotFound";
    /// The question is too large.
    pub const TOO_LARGE: &str = "urn:problem-type:belgif:payloadTooLarge";
    /// Too many questions.
    pub const TOO_MANY: &str = "urn:problem-type:belgif:tooManyRequests";
    /// The register itself failed.
    pub const INTERNAL: &str = "urn:problem-type:belgif:internalServerError";
    /// The source is down.
    pub const UNAVAILABLE: &str = "urn:problem-type:belgif:serviceUnavailable";
}
