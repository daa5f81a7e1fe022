//! Each page in every language: one main heading, no identifier twice, no message without words.

use std::collections::HashSet;

use askama::Template as _;
use loket_app::office::Health;
use loket_domain::Language;
use loket_text::Text;

use super::article::Article;
use super::{accessibility, help, privacy, revised, status};
use crate::frame::Frame;

fn frame(t: Text, title: String) -> Frame {
    Frame {
        t,
        title,
        errors: false,
        who: None,
        menu: Vec::new(),
        desk_phone: "02 000 00 01".to_owned(),
        demo: None,
        style: crate::static_files::STYLE,
        icon: crate::static_files::ICON,
        back: "/help".to_owned(),
        asked: Vec::new(),
        scripts: Vec::new(),
    }
}

fn article(t: Text, title: String, sections: Vec<super::article::Section>) -> String {
    let article = Article {
        frame: frame(t, title),
        lede: t.help_lede(),
        remark: Some(t.help_no_desk()),
        sections,
        foot: revised(t),
    };
    article.render().unwrap()
}

fn status(t: Text, database: bool, registers: bool) -> String {
    let health = Health { database, registers };
    status::page(frame(t, t.status_title()), health, "now".to_owned()).render().unwrap()
}

fn pages(t: Text) -> Vec<String> {
    vec![
        article(t, t.help_title(), help::sections(t, "02 000 00 01", true)),
        article(t, t.accessibility_title(), accessibility::sections(t, "02 000 00 01")),
        privacy::page(frame(t, t.privacy_title())).render().unwrap(),
        status(t, true, true),
        status(t, false, false),
    ]
}

#[test]
fn one_main_heading_and_no_identifier_twice() {
    for language in Language::ALL {
        for page in pages(Text::new(language)) {
            assert_eq!(page.matches("<h1").count(), 1, "{language}: {page}");
            let ids: Vec<&str> =
                page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let different: HashSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), different.len(), "{language}: {ids:?}");
            for labelled in page.split("aria-labelledby=\"").skip(1) {
                let id = labelled.split('"').next().unwrap();
                assert!(different.contains(id), "{language}: {id}");
            }
        }
    }
}

#[test]
fn a_part_that_does_not_answer_says_what_cannot_be_done() {
    let t = Text::new(Language::En);
    let well = status(t, true, true);
    assert!(well.contains(&t.status_all_well()) && !well.contains(&t.status_silent()));
    let closed = status(t, true, false);
    assert!(closed.contains(&t.status_trouble()));
    assert!(closed.contains(&t.status_registers_down()));
    assert!(!closed.contains(&t.status_store_down()));
}

#[test]
fn the_ground_is_named_for_each_processing_and_consent_only_for_contact() {
    let t = Text::new(Language::En);
    let page = privacy::page(frame(t, t.privacy_title()));
    assert!(page.processing.iter().all(|p| !p.data.is_empty() && !p.controller.is_empty()));
    let by_consent: Vec<_> =
        page.processing.iter().filter(|p| p.ground == t.privacy_consent()).collect();
    assert_eq!(by_consent.len(), 1);
    assert_eq!(by_consent[0].what, t.privacy_contact());
    assert!(page.processing.iter().filter(|p| p.ground.contains("133")).count() == 5);
}

#[test]
fn the_day_of_the_last_review_is_a_day() {
    assert!(revised(Text::new(Language::En)).contains("2026"));
}
