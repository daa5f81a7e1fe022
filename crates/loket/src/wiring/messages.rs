//! Settings of mail and short messages, from the tables of a configuration.

use std::sync::Arc;
use std::time::Duration;

use loket_api::ReceiptDoor;
use loket_app::return_tag;
use loket_delivery::{
    Returns, SmppSettings, SmppTls, SmsSettings, SmtpCredentials, SmtpSettings, SmtpTls,
    WebhookSettings,
};
use loket_domain::contact::EmailAddress;
use loket_store::Vault;

use crate::configuration::{
    Configuration, ConfigurationFault, Files, MessageCentre, SmppEncryption, Sms, Smtp,
    SmtpEncryption,
};

/// Time for one message.
pub(crate) const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);

/// By which way short messages go.
#[derive(Debug, Clone)]
pub enum SmsPlan {
    /// A gateway over HTTP.
    Http(SmsSettings),
    /// A message centre by SMPP.
    Smpp(SmppSettings),
}

/// Mail. The name for EHLO is `host` unless another one is given; tags of return addresses are made
/// with the master secret.
pub(crate) fn smtp(
    smtp: &Smtp,
    files: &Files,
    host: &str,
    master: &[u8; 32],
) -> Result<SmtpSettings, ConfigurationFault> {
    let address = |text: &str, key| -> Result<EmailAddress, ConfigurationFault> {
        text.parse().map_err(|_| ConfigurationFault::value(key, "is no e-mail address"))
    };
    let credentials = match (&smtp.username, &smtp.password_file) {
        (None, None) => None,
        (Some(username), Some(file)) => {
            Some(SmtpCredentials { username: username.clone(), password: files.secret(file)? })
        }
        _ => {
            let what = "username and password_file belong together";
            return Err(ConfigurationFault::value("smtp", what));
        }
    };
    let back = match &smtp.returns {
        Some(text) => Some(returns(address(text, "smtp.returns")?, master)?),
        None => None,
    };
    let root = smtp.extra_root_file.as_ref().map(|file| files.certificate(file)).transpose()?;
    Ok(SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port(),
        tls: match smtp.encryption {
            SmtpEncryption::Implicit => SmtpTls::Implicit,
            SmtpEncryption::Starttls => SmtpTls::Starttls,
            SmtpEncryption::StarttlsWhereOffered => SmtpTls::StarttlsWhereOffered,
            SmtpEncryption::NoneOnLoopback => SmtpTls::NoneOnLoopback,
        },
        credentials,
        from: address(&smtp.from, "smtp.from")?,
        from_name: smtp.from_name.clone(),
        hello_name: smtp.hello_name.clone().unwrap_or_else(|| host.to_owned()),
        returns: back,
        extra_root: root,
        timeout: MESSAGE_TIMEOUT,
    })
}

/// Where mail comes back; the tags are made with the keys of this installation.
pub(crate) fn returns(
    address: EmailAddress,
    master: &[u8; 32],
) -> Result<Returns, ConfigurationFault> {
    let vault = Vault::new(master).map_err(|fault| ConfigurationFault::value("key_file", fault))?;
    Ok(Returns { address, tag: Arc::new(move |message| return_tag(&vault, message)) })
}

/// Short messages.
pub(crate) fn sms(sms: &Sms, files: &Files) -> Result<SmsPlan, ConfigurationFault> {
    match (&sms.http, &sms.smpp) {
        (Some(http), _) => Ok(SmsPlan::Http(SmsSettings {
            url: http.url.clone(),
            request: http.request.clone(),
            token: files.secret(&http.token_file)?,
            sender: sms.sender.clone(),
            timeout: MESSAGE_TIMEOUT,
        })),
        (None, Some(centre)) => Ok(SmsPlan::Smpp(smpp(centre, &sms.sender, files)?)),
        // The check at reading has refused this already.
        (None, None) => Err(ConfigurationFault::value("sms", "no gateway is given")),
    }
}

fn smpp(
    centre: &MessageCentre,
    sender: &str,
    files: &Files,
) -> Result<SmppSettings, ConfigurationFault> {
    let root = centre.extra_root_file.as_ref().map(|file| files.certificate(file)).transpose()?;
    Ok(SmppSettings {
        host: centre.host.clone(),
        port: centre.port,
        tls: match centre.encryption {
            SmppEncryption::Tls => SmppTls::Tls,
            SmppEncryption::NoneOnPrivateLine => SmppTls::NoneOnPrivateLine,
            SmppEncryption::NoneOnLoopback => SmppTls::NoneOnLoopback,
        },
        system_id: centre.system_id.clone(),
        password: files.secret(&centre.password_file)?,
        system_type: centre.system_type.clone(),
        sender: sender.to_owned(),
        extra_root: root,
        timeout: MESSAGE_TIMEOUT,
    })
}

/// Where the states of keys are handed over, when somewhere.
pub(crate) fn hand_over(
    configuration: &Configuration,
    files: &Files,
) -> Result<Option<WebhookSettings>, ConfigurationFault> {
    let Some(table) = &configuration.hand_over else { return Ok(None) };
    let secret = files.secret(&table.secret_file)?;
    Ok(Some(WebhookSettings { url: table.url.clone(), secret, timeout: MESSAGE_TIMEOUT }))
}

/// Door of the gateway's receipts, when there is one.
pub(crate) fn receipts(
    sms: &Sms,
    files: &Files,
) -> Result<Option<ReceiptDoor>, ConfigurationFault> {
    let Some(receipts) = &sms.receipts else { return Ok(None) };
    let token = files.secret(&receipts.token_file)?;
    Ok(Some(ReceiptDoor { token, form: receipts.form.clone() }))
}
