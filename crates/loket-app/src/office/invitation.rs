//! Issuing link and code, and printing the slip. The slow hash of the code runs on a blocking
//! thread before the command.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::Language;
use loket_domain::code::{ActivationCode, CodeCost};
use loket_domain::contact::Channel;
use loket_domain::id::RegistrationId;
use loket_domain::port::{PrintFault, Printer, RefusalLetter, Slip};
use loket_domain::secret::Secret;
use loket_store::{Call, Failure, StoreError};

use super::Office;
use super::sign_in::hashed;
use crate::commands::print_letter::PrintLetter;
use crate::commands::print_slip::PrintSlip;
use crate::commands::resend_activation_code::{NewActivationCode, ResendActivationCode};
use crate::commands::send_invitation::{Issue, Issued, SendInvitation};

/// Purpose of the keyed step over a stretched activation code.
pub(crate) const CODE_TOKEN: &str = "activation_code";

struct DrawnCode {
    code: ActivationCode,
    salt: [u8; 16],
    digest: [u8; 32],
}

impl Office {
    /// Sends link and code, or link alone when the code goes on paper.
    pub async fn send_invitation(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<Issued, Failure> {
        self.invite(call, registration, false).await
    }

    /// The same with the person at the counter again, who showed the document: what a locked
    /// invitation needs.
    pub async fn send_invitation_to_person_here(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<Issued, Failure> {
        self.invite(call, registration, true).await
    }

    async fn invite(
        &self,
        call: Call,
        registration: RegistrationId,
        person_here: bool,
    ) -> Result<Issued, Failure> {
        // One on paper is drawn for its slip.
        let drawn = self.draw_code(Channel::Sms).await?;
        let token = URL_SAFE_NO_PAD.encode(self.store().random::<32>()?);
        let issue = Issue {
            link: Secret::new(format!("{}/a/{token}", self.settings().portal)),
            link_digest: hashed(&token),
            code: drawn.code,
            salt: drawn.salt,
            digest: drawn.digest,
        };
        let command = SendInvitation {
            registration,
            link_works: self.settings().link_works,
            sms_code_works: self.settings().sms_code_works,
            person_here,
            issue,
        };
        self.run(call, command).await
    }

    /// Sends a new code by SMS for the link that the person has already.
    pub async fn resend_activation_code(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<(), Failure> {
        let DrawnCode { code, salt, digest } = self.draw_code(Channel::Sms).await?;
        let code_works = self.settings().sms_code_works;
        let new = NewActivationCode { code, salt, digest };
        self.run(call, ResendActivationCode { registration, code_works, new }).await
    }

    /// The slip as PDF, with a new code that nothing can show again.
    pub async fn print_slip(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<Vec<u8>, Failure> {
        let drawn = self.draw_code(Channel::Paper).await?;
        let command = PrintSlip {
            registration,
            salt: drawn.salt,
            digest: drawn.digest,
            code_works: self.settings().paper_code_works,
        };
        let parts = self.run(call, command).await?;
        let settings = self.settings();
        let slip = Slip {
            language: parts.language,
            reference: parts.reference.to_string(),
            organisation: parts.organisation,
            code: drawn.code.grouped(),
            valid_until: parts.until,
            made_at: parts.at,
            portal: settings.portal.clone(),
            begin: format!("{}/activate", settings.portal),
            service_desk: self.service_desk(parts.language),
        };
        self.print(move |printer| printer.slip(&slip)).await
    }

    /// The letter to a person who was not identified, as PDF in the person's language.
    pub async fn print_letter(
        &self,
        call: Call,
        registration: RegistrationId,
        language: Language,
    ) -> Result<Vec<u8>, Failure> {
        let parts = self.run(call, PrintLetter { registration, language }).await?;
        let letter = RefusalLetter {
            language,
            reference: parts.reference.to_string(),
            organisation: parts.organisation,
            reason: parts.reason,
            made_at: parts.at,
            service_desk: self.service_desk(language),
        };
        self.print(move |printer| printer.letter(&letter)).await
    }

    /// Telephone of the service desk for somebody who reads this language.
    fn service_desk(&self, language: Language) -> String {
        let settings = self.settings();
        match language {
            Language::Fr => settings.service_desk_fr.clone(),
            Language::Nl | Language::De | Language::En => settings.service_desk_nl.clone(),
        }
    }

    /// Laying a page out takes some tens of milliseconds of computing.
    pub(super) async fn print(
        &self,
        make: impl FnOnce(&dyn Printer) -> Result<Vec<u8>, PrintFault> + Send + 'static,
    ) -> Result<Vec<u8>, Failure> {
        let printer = Arc::clone(&self.ports().printer);
        let pdf = tokio::task::spawn_blocking(move || make(&*printer)).await;
        match pdf {
            Ok(Ok(pdf)) => Ok(pdf),
            Ok(Err(fault)) => {
                tracing::error!(%fault, "a page could not be printed");
                Err(StoreError::BrokenOff("printing").into())
            }
            Err(_) => Err(StoreError::BrokenOff("printing").into()),
        }
    }

    async fn draw_code(&self, channel: Channel) -> Result<DrawnCode, Failure> {
        let mut code = None;
        // A draw fails with odds far below one in a million million; a hundred never do.
        for _ in 0..100 {
            code = ActivationCode::from_random(&self.store().random::<32>()?);
            if code.is_some() {
                break;
            }
        }
        let code = code.ok_or(StoreError::BrokenOff("no code could be drawn"))?;
        let salt = self.store().random::<16>()?;
        let cost = CodeCost::of(channel);
        let digest = self.code_digest(code.secret().clone(), salt, cost).await?;
        Ok(DrawnCode { code, salt, digest })
    }

    /// Stretches a code and adds the keyed step, whose key is not in the database (ASVS 6.5.2).
    pub(crate) async fn code_digest(
        &self,
        code: Secret,
        salt: [u8; 16],
        cost: CodeCost,
    ) -> Result<[u8; 32], Failure> {
        let hashing = Arc::clone(&self.ports().hashing);
        let stretched =
            tokio::task::spawn_blocking(move || hashing.stretch_code(&code, salt, cost)).await;
        match stretched {
            Ok(Ok(stretched)) => Ok(self.store().vault().token(CODE_TOKEN, &stretched)),
            _ => Err(StoreError::BrokenOff("hashing a code").into()),
        }
    }
}
