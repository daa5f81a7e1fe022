//! What the holder of an e-mail address can do by a link that was mailed to it: confirm the address,
//! or withdraw consent. Opening a link changes nothing: its token travels on in a sealed cookie, and
//! only a button does something.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::caller::{Caller, Door};
use loket_domain::contact::EmailAddress;
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::registration::Reference;
use loket_domain::secret::Secret;
use loket_domain::time::Day;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::consent::Standing;
use loket_store::tables::contact::ContactState;
use loket_store::{Call, Failure, StoreError, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use super::sign_in::hashed;
use crate::commands::confirm_contact_by_link::ConfirmContactByLink;
use crate::commands::send_consent_link::SendConsentLink;
use crate::commands::send_contact_link::SendContactLink;
use crate::commands::withdraw_consent::WithdrawConsent;
use crate::jobs::{follow_withdrawals, withdraw_each};

/// Purpose of the seal on the cookie.
const PASS: &str = "address_pass";
/// How long the cookie works after the link was opened.
const PASS_WORKS: Duration = Duration::from_secs(30 * 60);
/// Requests for a link from one network address, an hour. Many people stand behind one proxy; each
/// mailbox has its own limit beside this one.
const REQUESTS_AN_HOUR: u32 = 300;

/// What the cookie holds, sealed: the link's token and the browser's own secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddressPass {
    link: String,
    browser: String,
    until: Timestamp,
}

impl AddressPass {
    /// What the forms of this browser are bound to.
    pub fn binding(&self) -> &str {
        &self.browser
    }
}

/// An address that is to be confirmed, as its holder sees it.
#[derive(Debug, Clone)]
pub struct ContactLinkView {
    /// At whose counter it was given.
    pub organisation: String,
    /// Enough to recognise it.
    pub masked: String,
    /// The person's language.
    pub language: Language,
    /// Whether it is confirmed already.
    pub confirmed: bool,
}

/// A consent that stands for the address of a link.
#[derive(Debug, Clone)]
pub struct ConsentLine {
    /// Of which registration.
    pub registration: RegistrationId,
    /// At whose counter.
    pub organisation: String,
    /// When.
    pub given_on: Day,
    /// Its dossier number: what tells two persons with one mailbox apart, and says nothing of either.
    pub reference: Reference,
}

impl Office {
    fn new_link(&self, path: &str) -> Result<(Secret, [u8; 32]), StoreError> {
        let token = URL_SAFE_NO_PAD.encode(self.store().random::<32>()?);
        let link = Secret::new(format!("{}/{path}/{token}", self.settings().portal));
        Ok((link, hashed(&token)))
    }

    /// Sends a link instead of a code to an address that was entered.
    pub async fn send_contact_link(
        &self,
        call: Call,
        registration: RegistrationId,
        contact_point: ContactPointId,
    ) -> Result<(), Failure> {
        let (link, digest) = self.new_link("c")?;
        self.run(call, SendContactLink { registration, contact_point, link, digest }).await
    }

    /// The cookie for a browser that opened a mailed link. Says nothing of whether the link is
    /// right: the page that follows does.
    pub fn open_address_link(&self, token: &str) -> Result<Secret, StoreError> {
        let pass = AddressPass {
            link: token.chars().take(64).collect(),
            browser: URL_SAFE_NO_PAD.encode(self.store().random::<32>()?),
            until: self.now().plus(PASS_WORKS),
        };
        let json =
            serde_json::to_vec(&pass).map_err(|_| StoreError::BrokenOff("sealing a pass"))?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.store().seal(PASS, &json)?)))
    }

    /// Opens the cookie; `None` when it is changed, old or of another installation.
    pub fn read_address_pass(&self, cookie: &Secret) -> Option<AddressPass> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie.expose()).ok()?;
        let json = self.store().vault().open(PASS, &sealed).ok()?;
        let pass: AddressPass = serde_json::from_slice(&json).ok()?;
        (pass.until > self.now()).then_some(pass)
    }

    fn address_call(
        &self,
        holder: ContactPointId,
        address: Option<String>,
    ) -> Result<Call, StoreError> {
        let caller = Caller::AddressHolder(holder);
        Ok(Call { caller, door: Door::Web, request: self.new_request()?, address })
    }

    /// The address that a link would confirm.
    pub async fn contact_link(&self, pass: &AddressPass) -> Result<ContactLinkView, Failure> {
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let (registration, point) = tables::contact::by_link(view, hashed(&pass.link), self.now())
            .await?
            .ok_or(Refusal::AddressLinkInvalid)?;
        let dossier = tables::registration::load(view, registration).await?;
        let dossier = dossier.ok_or(Refusal::AddressLinkInvalid)?.dossier().clone();
        let organisation = tables::organisation::load(view, dossier.organisation).await?;
        let language = tables::contact::consent_language(view, registration).await?;
        Ok(ContactLinkView {
            organisation: organisation.ok_or(Refusal::AddressLinkInvalid)?.name,
            masked: point.destination.to_its_owner().masked(),
            language: language.ok_or(Refusal::AddressLinkInvalid)?,
            confirmed: point.state == ContactState::Confirmed,
        })
    }

    /// The holder of the address confirms it.
    pub async fn confirm_by_link(
        &self,
        pass: &AddressPass,
        address: Option<String>,
    ) -> Result<(), Failure> {
        let digest = hashed(&pass.link);
        let found = {
            let mut reader = self.store().reader().await?;
            tables::contact::by_link(&mut reader.view(), digest, self.now()).await?
        };
        let (_, point) = found.ok_or(Refusal::AddressLinkInvalid)?;
        let call = self.address_call(point.id, address)?;
        match self.run(call, ConfirmContactByLink { digest }).await {
            // Sent twice: the first one did it.
            Err(Failure::Refused(Refusal::WrongStep)) => Ok(()),
            other => other,
        }
    }

    /// Sends the link by which consent is withdrawn, when consent stands for this address. Tells the
    /// caller nothing of that; refuses only too many requests from one network address.
    pub async fn ask_for_consent_link(
        &self,
        email: EmailAddress,
        address: Option<&str>,
    ) -> Result<(), Failure> {
        let from = hashed(&format!("consent link {}", address.unwrap_or_default()));
        let hour = Duration::from_hours(1);
        if self.store().count(from, hour).await? > REQUESTS_AN_HOUR {
            return Err(Refusal::TooManyTries.into());
        }
        // Beside the answer, so that its time does not tell whether the address is known either.
        let office = self.clone();
        tokio::spawn(async move {
            if let Err(error) = office.send_consent_link(email).await {
                tracing::error!(%error, "a link to withdraw consent could not be sent");
            }
        });
        Ok(())
    }

    /// Sends the link; an address without consent, or with three messages this hour, gets none.
    pub async fn send_consent_link(&self, email: EmailAddress) -> Result<(), Failure> {
        let (link, digest) = self.new_link("w")?;
        let call = self.job_call("consent_links")?;
        match self.run(call, SendConsentLink { email, link, digest }).await {
            Err(Failure::Refused(Refusal::NotFound | Refusal::TooManySends)) => Ok(()),
            other => other,
        }
    }

    async fn standing_consents(&self, pass: &AddressPass) -> Result<Vec<Standing>, Failure> {
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let token = tables::consent::by_link(view, hashed(&pass.link), self.now())
            .await?
            .ok_or(Refusal::AddressLinkInvalid)?;
        Ok(tables::consent::standing_for(view, token).await?)
    }

    /// The consents that the holder of the address can withdraw.
    pub async fn consents(&self, pass: &AddressPass) -> Result<Vec<ConsentLine>, Failure> {
        let standing = self.standing_consents(pass).await?;
        let mut reader = self.store().reader().await?;
        let mut lines = Vec::with_capacity(standing.len());
        for one in standing {
            let organisation =
                tables::organisation::load(&mut reader.view(), one.organisation).await?;
            lines.push(ConsentLine {
                registration: one.registration,
                organisation: organisation.map(|o| o.name).unwrap_or_default(),
                given_on: one.given_at.belgian_day(),
                reference: one.reference,
            });
        }
        Ok(lines)
    }

    /// The holder of the address withdraws one of them.
    pub async fn withdraw_by_link(
        &self,
        pass: &AddressPass,
        registration: RegistrationId,
        address: Option<String>,
    ) -> Result<(), Failure> {
        let standing = self.standing_consents(pass).await?;
        let Some(one) = standing.iter().find(|one| one.registration == registration) else {
            // Withdrawn already, in another tab or by the first of two clicks.
            return Ok(());
        };
        let call = self.address_call(one.contact_point, address)?;
        self.run(call, WithdrawConsent { registration }).await?;
        follow_withdrawals(self).await
    }

    /// An officer withdraws it at the person's word, for all visits of the person.
    pub async fn withdraw_consent(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<(), Failure> {
        self.run(call, WithdrawConsent { registration }).await?;
        let elsewhere = {
            let mut reader = self.store().reader().await?;
            let view = &mut reader.view();
            match tables::registration::person_id(view, registration).await? {
                Some(person) => tables::consent::of_person(view, person).await?,
                None => vec![],
            }
        };
        withdraw_each(self, elsewhere).await
    }
}
