//! The reconstruction: every event of a dossier, in order, with who was signed in (SEED-42, 61).

use loket_app::commands::reconstruct_registration::ReconstructRegistration;
use loket_domain::audit::{Actor, Event};
use loket_domain::office::RoleKind;
use loket_testkit::house::ssin;

use crate::journey::{at_work, browser, invited};
use crate::on_both;

on_both! {
    async fn tells_who_did_what_in_order(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let pass = browser(&house, &invitation.link)?;
        house.office.enter_code(&pass, &invitation.code, None).await?;
        // The end of the session must not hide how it began.
        house.office.sign_out(session, house.office.new_request()?).await?;
        let operator = house.bare_organisation("Operator", "0400378485", true).await?;
        let auditor = house.staff(operator, ssin(3)?, RoleKind::Auditor).await?;
        let command = ReconstructRegistration {
            registration: invitation.registration,
            purpose: "complaint 2026/12".to_owned(),
        };
        let (found, disclosure) = house.office.disclose(house.call(auditor)?, command).await?;
        let entries: Vec<_> = found.timeline.iter().map(|e| disclosure.open(e)).collect();
        assert!(entries.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
        let kinds: Vec<&str> = entries.iter().map(|e| e.event.kind()).collect();
        let mut from = 0;
        for wanted in [
            "signed_in", "registration_opened", "register_asked", "register_answered",
            "procedure_chosen", "check_recorded", "document_recorded", "person_identified",
            "consent_given", "contact_point_entered", "message_handed_over",
            "contact_point_confirmed", "invitation_issued", "message_handed_over",
            "activation_code_accepted",
        ] {
            let at = kinds.iter().skip(from).position(|kind| *kind == wanted);
            from += at.ok_or_else(|| anyhow::anyhow!("{wanted} after {from} in {kinds:?}"))?;
        }
        let signed_in = entries.iter().find_map(|e| match &e.event {
            Event::SignedIn { card, session, .. } => Some((card.clone(), *session)),
            _ => None,
        });
        assert_eq!(signed_in, Some(("07".repeat(32), session)));
        // Each human act names one officer and one organisation (SEED-47).
        let opened = entries.iter().find(|e| e.event.kind() == "registration_opened");
        let Some(Actor::Staff { staff, organisation, .. }) = opened.map(|e| &e.actor) else {
            anyhow::bail!("an officer opened it")
        };
        let name = found.names.staff.get(staff).map(|name| disclosure.open(name).surname.clone());
        assert_eq!(name.as_deref(), Some("Peeters"));
        assert!(found.names.organisations.contains_key(organisation));
    }

    /// Nothing personal in the clear in the database (LAW-02, SEED-43 as far as the journal goes).
    async fn names_and_numbers_are_not_in_the_clear(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let planted = [
            ssin(10)?.digits(), ssin(1)?.digits(), "Janssens".to_owned(), "Lotte".to_owned(),
            "lotte@example.be".to_owned(), "+32470123456".to_owned(), "591191706458".to_owned(),
            invitation.code.replace(' ', ""),
        ];
        let mut looked = 0;
        for entry in std::fs::read_dir(house.folder())? {
            let bytes = std::fs::read(entry?.path())?;
            looked += bytes.len();
            for value in &planted {
                let found = bytes.windows(value.len()).any(|window| window == value.as_bytes());
                assert!(!found, "{value} is in the clear");
            }
        }
        let embedded = matches!(house.engine, loket_store::Engine::Sqlite { .. });
        assert_eq!(looked > 100_000, embedded, "the files of the embedded database were read");
    }
}
