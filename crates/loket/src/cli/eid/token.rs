//! `loket eid verify-token`.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use loket_domain::Timestamp;
use loket_domain::ssin::Synthetic;
use loket_eid::certificate::{CardCertificate, ObjectIdentifier, PolicyRule};
use loket_eid::ocsp::Question;
use loket_eid::path::Authorities;
use loket_eid::token::{AuthToken, MAX_LENGTH_1_1};
use loket_eid::verifier::{Examined, check_signature};
use loket_eid::{CardFault, OcspFault, OcspSettings, Reply, Rules};

use super::{COUNTRY, Named, Verdict, files, moment};
use crate::cli::fault::CliFault;

/// Checks an authentication token, read from standard input.
#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyToken {
    /// Origin of the site, as the browser writes it
    #[arg(long, value_name = "URL")]
    origin: String,
    /// The challenge that was given, as text
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    nonce: String,
    /// The moment that decides every date
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    at: Timestamp,
    /// Trusted root, DER; may be given more than once
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "signature_only")]
    anchor: Vec<PathBuf>,
    /// Issuing authority, DER; trusted as far as it chains to a root
    #[arg(long, value_name = "FILE", num_args = 1..)]
    intermediate: Vec<PathBuf>,
    /// Policy of which the certificate must have one
    #[arg(long, value_name = "OID", num_args = 1..)]
    require_policy: Vec<ObjectIdentifier>,
    /// Policy that the certificate may not have
    #[arg(long, value_name = "OID", num_args = 1..)]
    forbid_policy: Vec<ObjectIdentifier>,
    /// `off` checks no revocation, which is so too without an answer
    #[arg(long, value_name = "off", value_parser = ["off"], conflicts_with = "ocsp_response")]
    ocsp: Option<String>,
    /// Answer of the responder to judge, DER; its nonce is not compared
    #[arg(long, value_name = "FILE")]
    ocsp_response: Option<PathBuf>,
    /// Check nothing but the signature
    #[arg(long)]
    signature_only: bool,
    /// Print the number of the holder in full
    #[arg(long)]
    show_number: bool,
}

impl VerifyToken {
    pub(super) fn run(&self) -> Result<Verdict, CliFault> {
        let authorities = self.authorities()?;
        let answer = self.ocsp_response.as_deref().map(files::bytes).transpose()?;
        let text = read_token()?;
        let named = self.named(&text);
        if self.signature_only {
            return Ok(Verdict::of(self.signature_alone(&text), named));
        }
        let Some(authorities) = authorities else {
            return Err(CliFault::Usage("a trusted root is needed: --anchor".to_owned()));
        };
        let policies = PolicyRule {
            required: (!self.require_policy.is_empty()).then(|| self.require_policy.clone()),
            forbidden: self.forbid_policy.clone(),
        };
        let result = self.whole(&text, &Rules { authorities, policies }, answer);
        Ok(Verdict::of(result, named))
    }

    fn authorities(&self) -> Result<Option<Authorities>, CliFault> {
        if self.anchor.is_empty() {
            return Ok(None);
        }
        let (roots, issuing) = (files::all(&self.anchor)?, files::all(&self.intermediate)?);
        let authorities = Authorities::new(&roots, &issuing);
        authorities.map(Some).map_err(|fault| CliFault::Usage(fault.to_string()))
    }

    fn whole(&self, text: &str, rules: &Rules, answer: Option<Vec<u8>>) -> Result<(), CardFault> {
        let examined = rules.examine(text, self.at)?;
        // Numbers of other countries have other rules; nobody works here with their cards.
        if examined.card().subject_text(COUNTRY).as_deref() == Some("BE") {
            examined.card().subject(Synthetic::Refused)?;
        }
        if let Some(body) = answer {
            self.revocation(&examined, body)?;
        }
        examined.check_signature(&self.origin, &self.nonce)
    }

    /// The question was asked elsewhere, so that its nonce is not known here.
    fn revocation(&self, examined: &Examined, body: Vec<u8>) -> Result<(), OcspFault> {
        let question = Question::new(examined.card().parsed(), examined.issuer(), None)?;
        let content_type = "application/ocsp-response".to_owned();
        let reply = Reply { status: 200, content_type, body };
        question.judge(&reply, examined.issuer(), &OcspSettings::default(), self.at)
    }

    /// Whom the certificate names, as far as it can be read: also where it is not accepted.
    fn named(&self, text: &str) -> Option<Named> {
        let token = AuthToken::read(text).ok()?;
        let card = CardCertificate::from_der(token.certificate().ok()?).ok()?;
        Some(Named::of(&card, self.show_number))
    }

    fn signature_alone(&self, text: &str) -> Result<(), CardFault> {
        let token = AuthToken::read(text)?;
        let card = CardCertificate::from_der(token.certificate()?)?;
        check_signature(&token, &card, &self.origin, &self.nonce)
    }
}

/// The token without the line break that a shell adds. What is longer than any token, or no text,
/// is for the reader of tokens to refuse.
fn read_token() -> Result<String, CliFault> {
    let mut bytes = Vec::new();
    // Four bytes a character at most, and one more so that what is too long stays too long.
    let most = 4 * (MAX_LENGTH_1_1 as u64 + 1);
    std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if text.ends_with('\n') {
        text.truncate(text.len() - 1);
    }
    Ok(text)
}
