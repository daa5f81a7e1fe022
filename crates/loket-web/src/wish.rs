//! A form's own value: which wish it is, sealed with what the form is bound to.

use loket_app::Office;
use loket_domain::id::RequestId;
use serde::Deserialize;

use crate::fault::Fault;

/// The hidden field of every form.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Wish(String);

impl Wish {
    /// A new one for a form.
    pub(crate) fn issue(office: &Office, bound_to: &str) -> Result<String, Fault> {
        Ok(office.new_wish(bound_to)?)
    }

    /// The request that it stands for; a value of another session or site is refused.
    pub(crate) fn read(&self, office: &Office, bound_to: &str) -> Result<RequestId, Fault> {
        office.read_wish(bound_to, &self.0).ok_or(Fault::ForeignRequest)
    }
}
