//! A software card signs in over the real verifier, with the OCSP responder on loopback.

#[cfg(test)]
mod card_sign_in {
    use std::future::pending;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use axum::Router;
    use axum::body::Bytes;
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::Redirect;
    use axum::routing::post;
    use loket_domain::caller::{CardRefusal, ProvedPerson, SignInMethod};
    use loket_domain::port::CardVerifier;
    use loket_domain::ssin::{Ssin, Synthetic, check_digits};
    use loket_domain::time::Timestamp;
    use loket_eid::ocsp::MAX_ANSWER;
    use loket_eid::{HttpFetcher, OcspFault, OcspFetcher, OcspSettings, Settings, WebEid};
    use loket_testkit::card::{CardFault, SoftwareCard};
    use loket_testkit::pki::{
        AUTHENTICATION_POLICY, DemoAuthority, Holder, OcspResponder, Purpose, Status, Validity,
        ocsp_router,
    };
    use x509_cert::der::{Decode, Encode};
    use x509_ocsp::OcspRequest;

    const ORIGIN: &str = "http://localhost:8080";
    const CHALLENGE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const PIN: &str = "1234";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn now() -> Timestamp {
        at("2026-11-23T12:00:00Z")
    }

    fn years() -> Validity {
        Validity { from: at("2026-01-01T00:00:00Z"), until: at("2036-01-01T00:00:00Z") }
    }

    fn holder() -> Holder {
        let nine = 856_730_033;
        let digits = format!("{nine:09}{:02}", check_digits(nine, false));
        let ssin = Ssin::parse(&digits, Synthetic::Accepted).unwrap();
        Holder { given_names: "Noor Lena".into(), surname: "D'Hoëst".into(), ssin }
    }

    async fn serve(router: Router) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// An authority with its responder running, and the settings that trust it.
    struct Office {
        authority: DemoAuthority,
        responder: OcspResponder,
        ocsp_url: String,
        settings: Settings,
    }

    impl Office {
        async fn open() -> Self {
            Self::open_with_responder_clock(now()).await
        }

        async fn open_with_responder_clock(clock: Timestamp) -> Self {
            let authority = DemoAuthority::make(years()).unwrap();
            let responder = OcspResponder::new(&authority, Arc::new(move || clock)).unwrap();
            let address = serve(ocsp_router(responder.clone())).await;
            Self::with(authority, responder, address)
        }

        fn with(authority: DemoAuthority, responder: OcspResponder, address: SocketAddr) -> Self {
            let ocsp = OcspSettings {
                allowed_hosts: vec![address.to_string()],
                timeout: Duration::from_millis(500),
                ..OcspSettings::default()
            };
            let settings = Settings {
                origin: ORIGIN.into(),
                allow_loopback_http: true,
                anchors: vec![authority.root().to_vec()],
                intermediates: vec![authority.citizen_ca().to_vec()],
                policies: vec![AUTHENTICATION_POLICY.into()],
                ocsp,
                synthetic: Synthetic::Accepted,
            };
            let ocsp_url = format!("http://{address}/ocsp");
            Self { authority, responder, ocsp_url, settings }
        }

        fn card(&self) -> SoftwareCard {
            self.card_for(Purpose::Authentication, years())
        }

        fn card_for(&self, purpose: Purpose, validity: Validity) -> SoftwareCard {
            let issued =
                self.authority.issue(&holder(), purpose, validity, &self.ocsp_url).unwrap();
            SoftwareCard::new(&issued, PIN).unwrap()
        }

        async fn sign_in(&self, card: &SoftwareCard) -> Result<ProvedPerson, CardRefusal> {
            self.show(&card.authenticate(ORIGIN, CHALLENGE, PIN).unwrap(), CHALLENGE).await
        }

        async fn show(&self, token: &str, challenge: &str) -> Result<ProvedPerson, CardRefusal> {
            let fetcher = Arc::new(HttpFetcher::new(&self.settings.ocsp).unwrap());
            let verifier =
                WebEid::new(self.settings.clone(), fetcher, Arc::new(|| [7; 32])).unwrap();
            verifier.verify(token, challenge, now()).await
        }
    }

    /// An office whose responder is replaced by this handler.
    async fn office_with_responder(router: Router) -> Office {
        let address = serve(router).await;
        let authority = DemoAuthority::make(years()).unwrap();
        let responder = OcspResponder::new(&authority, Arc::new(now)).unwrap();
        Office::with(authority, responder, address)
    }

    #[tokio::test]
    async fn a_good_card_proves_its_holder() {
        let office = Office::open().await;
        let card = office.card();
        let proved = office.sign_in(&card).await.unwrap();
        assert_eq!(proved.ssin, holder().ssin);
        assert_eq!(proved.given_names, "Noor Lena");
        assert_eq!(proved.surname, "D'Hoëst");
        assert_eq!(proved.method, SignInMethod::WebEid);
        assert_eq!(proved.at, now());
        let fingerprint = ring::digest::digest(&ring::digest::SHA256, card.certificate());
        assert_eq!(proved.card_fingerprint, fingerprint.as_ref());
    }

    #[tokio::test]
    async fn each_status_but_good_is_refused_and_good_again_is_not() {
        let office = Office::open().await;
        let card = office.card();
        for (status, refusal) in [
            (Status::Revoked, CardRefusal::CertificateRevoked),
            (Status::Suspended, CardRefusal::CertificateRevoked),
            (Status::Unknown, CardRefusal::CertificateRevoked),
            (Status::Unavailable, CardRefusal::RevocationUnavailable),
        ] {
            office.responder.set(card.certificate(), status).unwrap();
            assert_eq!(office.sign_in(&card).await, Err(refusal), "{status:?}");
            assert!(office.sign_in(&office.card()).await.is_ok(), "another card is not touched");
        }
        office.responder.set(card.certificate(), Status::Good).unwrap();
        assert!(office.sign_in(&card).await.is_ok());
    }

    /// The other door: the same checks over the certificates of a TLS handshake.
    #[tokio::test]
    async fn a_certificate_of_a_handshake_is_checked_like_that_of_a_token() {
        let office = Office::open().await;
        let prove = async |chain: Vec<Vec<u8>>| {
            let fetcher = Arc::new(HttpFetcher::new(&office.settings.ocsp).unwrap());
            let verifier =
                WebEid::new(office.settings.clone(), fetcher, Arc::new(|| [7; 32])).unwrap();
            verifier.prove_certificate(&chain, now()).await
        };
        let card = office.card();
        let shown = card.certificate().to_vec();
        let proved = prove(vec![shown.clone()]).await.unwrap();
        assert_eq!((proved.ssin, proved.method), (holder().ssin, SignInMethod::MutualTls));
        assert_eq!(prove(vec![]).await, Err(CardRefusal::TokenUnreadable));
        assert_eq!(prove(vec![shown.clone(); 12]).await, Err(CardRefusal::TokenUnreadable));
        office.responder.set(&shown, Status::Revoked).unwrap();
        assert_eq!(prove(vec![shown]).await, Err(CardRefusal::CertificateRevoked));
        let signing = office.card_for(Purpose::Signature, years());
        let refused = prove(vec![signing.certificate().to_vec()]).await;
        assert_eq!(refused, Err(CardRefusal::CertificatePurpose));
        let past = Validity { from: at("2020-01-01T00:00:00Z"), until: at("2021-01-01T00:00:00Z") };
        let expired = office.card_for(Purpose::Authentication, past);
        let refused = prove(vec![expired.certificate().to_vec()]).await;
        assert_eq!(refused, Err(CardRefusal::CertificateDates));
        let stranger = Office::open().await.card();
        let refused = prove(vec![stranger.certificate().to_vec()]).await;
        assert_eq!(refused, Err(CardRefusal::CertificateUntrusted));
    }

    #[tokio::test]
    async fn expired_and_future_cards_are_refused() {
        let office = Office::open().await;
        let (start, end) = (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z"));
        let second = Duration::from_secs(1);
        for (from, until) in [(start, now().minus(second)), (now().plus(second), end)] {
            let card = office.card_for(Purpose::Authentication, Validity { from, until });
            assert_eq!(office.sign_in(&card).await, Err(CardRefusal::CertificateDates));
        }
        let card = office.card_for(Purpose::Authentication, Validity { from: now(), until: now() });
        assert!(office.sign_in(&card).await.is_ok(), "first and last second count");
    }

    #[tokio::test]
    async fn a_card_of_another_authority_with_the_same_names_is_refused() {
        let (office, other) = (Office::open().await, Office::open().await);
        assert_eq!(office.sign_in(&other.card()).await, Err(CardRefusal::CertificateUntrusted));
    }

    #[tokio::test]
    async fn a_signing_certificate_is_refused() {
        let office = Office::open().await;
        let card = office.card_for(Purpose::Signature, years());
        assert_eq!(office.sign_in(&card).await, Err(CardRefusal::CertificatePurpose));
    }

    #[tokio::test]
    async fn another_policy_or_an_impossible_number_is_refused() {
        let mut office = Office::open().await;
        let card = office.card();
        office.settings.synthetic = Synthetic::Refused;
        assert_eq!(office.sign_in(&card).await, Err(CardRefusal::CertificateSubject));
        office.settings.policies = vec!["2.16.56.12.1.1.2.2".into()];
        assert_eq!(office.sign_in(&card).await, Err(CardRefusal::CertificatePolicy));
    }

    #[tokio::test]
    async fn expired_authorities_are_refused() {
        let old = Validity { from: at("2016-01-01T00:00:00Z"), until: at("2026-11-23T11:59:59Z") };
        let expired = DemoAuthority::make(old).unwrap();
        let responder = OcspResponder::new(&expired, Arc::new(now)).unwrap();
        let address = serve(ocsp_router(responder.clone())).await;
        let office = Office::with(expired, responder, address);
        assert_eq!(office.sign_in(&office.card()).await, Err(CardRefusal::CertificateUntrusted));
    }

    #[tokio::test]
    async fn a_token_for_another_site_or_challenge_is_refused() {
        let office = Office::open().await;
        let card = office.card();
        let elsewhere = card.authenticate("http://localhost:8081", CHALLENGE, PIN).unwrap();
        assert_eq!(office.show(&elsewhere, CHALLENGE).await, Err(CardRefusal::SignatureWrong));
        let token = card.authenticate(ORIGIN, CHALLENGE, PIN).unwrap();
        let other = CHALLENGE.to_lowercase();
        assert_eq!(office.show(&token, &other).await, Err(CardRefusal::SignatureWrong));
        assert_eq!(office.show(&token, "").await, Err(CardRefusal::ChallengeMissing));
        assert!(office.show(&token, CHALLENGE).await.is_ok());
    }

    #[tokio::test]
    async fn a_responder_may_only_speak_for_its_own_issuer_and_for_now() {
        let other = DemoAuthority::make(years()).unwrap();
        let stranger = OcspResponder::new(&other, Arc::new(now)).unwrap();
        let office = office_with_responder(ocsp_router(stranger)).await;
        let unavailable = Err(CardRefusal::RevocationUnavailable);
        assert_eq!(office.sign_in(&office.card()).await, unavailable);
        for (clock, good) in [
            ("2026-11-23T11:58:00Z", true),
            ("2026-11-23T11:57:59Z", false),
            ("2026-11-23T12:15:00Z", true),
            ("2026-11-23T12:15:01Z", false),
        ] {
            let office = Office::open_with_responder_clock(at(clock)).await;
            let answer = office.sign_in(&office.card()).await;
            assert_eq!(answer.is_ok(), good, "{clock}");
            assert!(good || answer == unavailable, "{clock}");
        }
    }

    #[tokio::test]
    async fn a_responder_that_misbehaves_counts_as_down() {
        const KIND: (axum::http::HeaderName, &str) = (CONTENT_TYPE, "application/ocsp-response");
        let responders = [
            ("silent", Router::new().route("/ocsp", post(pending::<StatusCode>))),
            ("garbage", Router::new().route("/ocsp", post(|| async { ([KIND], "garbage") }))),
        ];
        for (name, router) in responders {
            let office = office_with_responder(router).await;
            let refusal = office.sign_in(&office.card()).await;
            assert_eq!(refusal, Err(CardRefusal::RevocationUnavailable), "{name}");
        }
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let mut office = Office::open().await;
        assert!(office.sign_in(&office.card()).await.is_ok());
        let target = office.ocsp_url.clone();
        let redirect = post(move || async move { Redirect::temporary(&target) });
        let address = serve(Router::new().route("/ocsp", redirect)).await;
        office.ocsp_url = format!("http://{address}/ocsp");
        office.settings.ocsp.allowed_hosts.push(address.to_string());
        let refusal = office.sign_in(&office.card()).await;
        assert_eq!(refusal, Err(CardRefusal::RevocationUnavailable));
    }

    #[tokio::test]
    async fn an_answer_may_have_64_kib_and_not_a_byte_more() {
        let router = Router::new()
            .route("/fits", post(|| async { vec![48; MAX_ANSWER] }))
            .route("/long", post(|| async { vec![48; MAX_ANSWER + 1] }));
        let address = serve(router).await;
        let fetcher = HttpFetcher::new(&OcspSettings::default()).unwrap();
        let fetch = async |path: &str| {
            let url = url::Url::parse(&format!("http://{address}{path}")).unwrap();
            fetcher.fetch(&url, vec![1]).await.map(|reply| reply.body.len())
        };
        assert_eq!(fetch("/fits").await, Ok(MAX_ANSWER));
        assert_eq!(fetch("/long").await, Err(OcspFault::Transport));
        assert_eq!(fetch("/none").await.map(|_| ()), Ok(()), "the status is judged later");
    }

    /// Takes the nonce out of the question before the responder sees it.
    async fn ask_without_nonce(responder: &str, question: &[u8]) -> Vec<u8> {
        let mut request = OcspRequest::from_der(question).unwrap();
        request.tbs_request.request_extensions = None;
        let fetcher = HttpFetcher::new(&OcspSettings::default()).unwrap();
        let url = url::Url::parse(responder).unwrap();
        fetcher.fetch(&url, request.to_der().unwrap()).await.unwrap().body
    }

    #[tokio::test]
    async fn an_answer_without_the_nonce_is_refused_where_one_was_sent() {
        let mut office = Office::open().await;
        let target = office.ocsp_url.clone();
        let strip = post(move |question: Bytes| async move {
            let kind = [(CONTENT_TYPE, "application/ocsp-response")];
            (kind, ask_without_nonce(&target, &question).await)
        });
        let address = serve(Router::new().route("/ocsp", strip)).await;
        office.ocsp_url = format!("http://{address}/ocsp");
        office.settings.ocsp.allowed_hosts.push(address.to_string());
        let refusal = office.sign_in(&office.card()).await;
        assert_eq!(refusal, Err(CardRefusal::RevocationUnavailable));
        office.settings.ocsp.hosts_without_nonce = office.settings.ocsp.allowed_hosts.clone();
        assert!(office.sign_in(&office.card()).await.is_ok());
    }

    #[tokio::test]
    async fn only_listed_responders_are_asked() {
        let mut office = Office::open().await;
        office.settings.ocsp.allowed_hosts = vec!["127.0.0.1".into()];
        let refusal = office.sign_in(&office.card()).await;
        assert_eq!(refusal, Err(CardRefusal::RevocationUnavailable));
    }

    #[tokio::test]
    async fn a_card_blocks_after_three_wrong_pins() {
        let card = Office::open().await.card();
        let sign = |pin| card.authenticate(ORIGIN, CHALLENGE, pin).map(|_| ());
        assert_eq!(sign("0000"), Err(CardFault::WrongPin { left: 2 }));
        assert_eq!(sign("123"), Err(CardFault::WrongPin { left: 1 }));
        assert_eq!(sign(PIN), Ok(()));
        assert_eq!(sign("0000"), Err(CardFault::WrongPin { left: 2 }));
        assert_eq!(sign(""), Err(CardFault::WrongPin { left: 1 }));
        assert_eq!(sign("12345"), Err(CardFault::Blocked));
        assert_eq!(sign(PIN), Err(CardFault::Blocked));
        card.unblock();
        assert_eq!(sign(PIN), Ok(()));
    }

    #[tokio::test]
    async fn authority_and_cards_are_kept_between_runs() {
        let folder = tempfile::tempdir().unwrap();
        let load = |moment| DemoAuthority::load_or_make(folder.path(), years(), moment).unwrap();
        let first = load(now());
        let again = load(now());
        assert_eq!(first.root(), again.root());
        let issue = |authority: &DemoAuthority, url: &str, moment| {
            let when = (years(), moment);
            authority.load_or_issue(folder.path(), "noor", &holder(), when, url).unwrap()
        };
        let url = "http://127.0.0.1:8081/ocsp";
        let card = issue(&first, url, now());
        assert_eq!(issue(&again, url, now()).certificate, card.certificate);
        let moved = issue(&again, "http://127.0.0.1:8082/ocsp", now());
        assert_ne!(moved.certificate, card.certificate);
        let later = load(at("2036-01-01T00:00:01Z"));
        assert_ne!(later.root(), first.root());
        assert_ne!(
            issue(&later, "http://127.0.0.1:8082/ocsp", now()).certificate,
            moved.certificate,
            "a card of an authority that is gone is issued again"
        );
    }
}
