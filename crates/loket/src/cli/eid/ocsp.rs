//! `loket eid verify-ocsp`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};
use loket_domain::Timestamp;
use loket_eid::certificate::CardCertificate;
use loket_eid::ocsp::Question;
use loket_eid::path::Authorities;
use loket_eid::{OcspFault, OcspSettings, Reply};

use super::{Named, Verdict, files, moment};
use crate::cli::fault::CliFault;

/// Checks an answer of an OCSP responder.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("compared").args(["nonce", "no_nonce"]))]
pub(in crate::cli) struct VerifyOcsp {
    /// The certificate that is asked about, DER
    #[arg(long, value_name = "FILE")]
    subject: PathBuf,
    /// The authority that issued it, DER
    #[arg(long, value_name = "FILE")]
    issuer: PathBuf,
    /// Trusted root, DER; may be given more than once
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    anchor: Vec<PathBuf>,
    /// The answer, DER
    #[arg(long, value_name = "FILE")]
    response: PathBuf,
    /// The moment that decides every date
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    at: Timestamp,
    /// The nonce that was sent, in hexadecimal digits; without it, one that no answer has
    #[arg(long, value_name = "HEX", value_parser = nonce)]
    nonce: Option<Nonce>,
    /// No nonce was sent
    #[arg(long)]
    no_nonce: bool,
    /// Only this responder may answer, DER; otherwise the issuer or whom it delegated
    #[arg(long, value_name = "FILE")]
    designated_responder: Option<PathBuf>,
    /// How old the answer may be
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    max_age: u64,
    /// How far the responder's clock may be off
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    skew: u64,
    /// Status with which the answer came
    #[arg(long, value_name = "N", default_value_t = 200)]
    http_status: u16,
    /// Content type with which the answer came
    #[arg(long, value_name = "TEXT", default_value = "application/ocsp-response")]
    content_type: String,
    /// Print the number of the holder in full
    #[arg(long)]
    show_number: bool,
}

/// A nonce that was sent (RFC 9654: at most 128 bytes).
#[derive(Debug, Clone)]
struct Nonce(Vec<u8>);

fn nonce(text: &str) -> Result<Nonce, String> {
    match hex::decode(text) {
        Ok(bytes) if (1..=128).contains(&bytes.len()) => Ok(Nonce(bytes)),
        Ok(_) | Err(_) => Err("1 to 128 bytes in hexadecimal digits are expected".to_owned()),
    }
}

impl VerifyOcsp {
    pub(super) fn run(&self) -> Result<Verdict, CliFault> {
        let subject = files::certificate(&self.subject)?;
        let issuer = files::certificate(&self.issuer)?;
        let designated =
            self.designated_responder.as_deref().map(files::certificate).transpose()?;
        let authorities = Authorities::new(&files::all(&self.anchor)?, &[])
            .map_err(|fault| CliFault::Usage(fault.to_string()))?;
        let reply = Reply {
            status: self.http_status,
            content_type: self.content_type.clone(),
            body: files::bytes(&self.response)?,
        };
        let result = self.judge(&subject, &issuer, designated.as_ref(), &authorities, &reply);
        Ok(Verdict::of(result, Some(Named::of(&subject, self.show_number))))
    }

    fn judge(
        &self,
        subject: &CardCertificate,
        issuer: &CardCertificate,
        designated: Option<&CardCertificate>,
        authorities: &Authorities,
        reply: &Reply,
    ) -> Result<(), OcspFault> {
        // An issuer that no root vouches for can delegate nobody.
        if !authorities.vouch_for(issuer, self.at) {
            return Err(OcspFault::ResponderNotTrusted);
        }
        let sent = self.nonce.as_ref().map_or(&[0_u8; 32][..], |nonce| nonce.0.as_slice());
        let nonce = (!self.no_nonce).then_some(sent);
        let question = Question::new(subject.parsed(), issuer.parsed(), nonce)?;
        let limits = OcspSettings {
            max_age: Duration::from_secs(self.max_age),
            skew: Duration::from_secs(self.skew),
            ..OcspSettings::default()
        };
        match designated {
            Some(responder) => {
                question.judge_designated(reply, responder.parsed(), &limits, self.at)
            }
            None => question.judge(reply, issuer.parsed(), &limits, self.at),
        }
    }
}
