//! Brings OCSP questions over plain HTTP (answers are signed; TLS would ask for a second
//! revocation check). Follows no redirect, uses no proxy, and stops at size and deadline.

use std::sync::Arc;

use loket_domain::port::Answer;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Url;

use crate::ocsp::{MAX_ANSWER, OcspFault, OcspFetcher, Reply};
use crate::settings::{OcspSettings, SettingsFault};

/// Posts OCSP requests.
#[derive(Debug, Clone)]
pub struct HttpFetcher {
    client: Client,
}

impl HttpFetcher {
    /// With the deadline of the settings.
    pub fn new(settings: &OcspSettings) -> Result<Self, SettingsFault> {
        settings.check()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        // No root at all: an https address, which the settings never allow, cannot connect either.
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| SettingsFault::Client)?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(settings.timeout)
            .build()
            .map_err(|_| SettingsFault::Client)?;
        Ok(Self { client })
    }

    async fn post(&self, url: &Url, request: Vec<u8>) -> Result<Reply, OcspFault> {
        let response = self
            .client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/ocsp-request")
            .header(ACCEPT, "application/ocsp-response")
            .body(request)
            .send()
            .await
            .map_err(|_| OcspFault::Transport)?;
        let status = response.status().as_u16();
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = read_bounded(response).await?;
        Ok(Reply { status, content_type, body })
    }
}

impl OcspFetcher for HttpFetcher {
    fn fetch<'a>(&'a self, url: &'a Url, request: Vec<u8>) -> Answer<'a, Result<Reply, OcspFault>> {
        Box::pin(self.post(url, request))
    }
}

async fn read_bounded(mut response: Response) -> Result<Vec<u8>, OcspFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| OcspFault::Transport)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(OcspFault::Transport);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
