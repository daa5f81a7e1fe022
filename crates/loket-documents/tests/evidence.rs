//! The report of a bundle of evidence as other tools read it.

#[cfg(test)]
mod tests {
    use std::process::Command;

    use loket_documents::TypstPrinter;
    use loket_domain::port::{EvidenceReport, Printer, ReportedEvent};
    use loket_domain::{Language, Timestamp};

    fn report(language: Language, events: usize) -> EvidenceReport {
        let event = |number: usize| ReportedEvent {
            name: format!("{number:010}-person_shown"),
            when: "30/11/2026 10:58:02".to_owned(),
            who: "An Peeters, Stad Mechelen".to_owned(),
            what: "Saw personal data. #panic(\"evaluated\")\u{7}".to_owned(),
            details: vec!["fields: given names".to_owned(), "client: web".to_owned()],
        };
        EvidenceReport {
            language,
            asked: vec![("Reason".to_owned(), "complaint 2026/12".to_owned())],
            events: (0..events).map(event).collect(),
            made_at: Timestamp::parse("2026-11-30T09:58:00Z").unwrap(),
        }
    }

    fn poppler(program: &str, pdf: &[u8], more: &[&str]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), pdf).unwrap();
        let output = Command::new(program).arg(file.path()).args(more).output();
        let output = output.unwrap_or_else(|error| panic!("install poppler-utils ({error})"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn question_and_events_can_be_read_in_every_language_and_nothing_is_evaluated() {
        for (language, title) in [
            (Language::Nl, "Gebeurtenissen uit het auditlogboek"),
            (Language::Fr, "Événements du journal d’audit"),
            (Language::De, "Ereignisse aus dem Prüfprotokoll"),
            (Language::En, "Events of the audit log"),
        ] {
            let pdf = TypstPrinter::new().evidence(&report(language, 3)).unwrap();
            assert_eq!(pdf, TypstPrinter::new().evidence(&report(language, 3)).unwrap());
            let text = poppler("pdftotext", &pdf, &["-"]);
            let words: Vec<&str> = text.split_whitespace().collect();
            let text = words.join(" ");
            for part in [
                title,
                "complaint 2026/12",
                "An Peeters, Stad Mechelen",
                "Saw personal data. #panic(\"evaluated\")",
                "0000000002-person_shown.leaf",
            ] {
                assert!(text.contains(part), "{part} in {language}: {text}");
            }
        }
    }

    #[test]
    fn a_value_without_end_is_cut_and_stays_on_the_page() {
        let mut long = report(Language::En, 1);
        long.events[0].details.push("7".repeat(3000));
        let pdf = TypstPrinter::new().evidence(&long).unwrap();
        let text = poppler("pdftotext", &pdf, &["-"]);
        let in_lines = text.lines().map(|line| line.matches('7').count());
        assert_eq!(in_lines.clone().sum::<usize>(), 2000, "{text}");
        assert!(in_lines.max() < Some(150), "{text}");
    }

    #[test]
    fn it_goes_on_over_as_many_pages_as_it_takes() {
        let pdf = TypstPrinter::new().evidence(&report(Language::Nl, 150)).unwrap();
        let about = poppler("pdfinfo", &pdf, &[]);
        let pages = about.lines().find_map(|line| line.strip_prefix("Pages:"));
        let pages: u32 = pages.unwrap().trim().parse().unwrap();
        assert!(pages > 10, "{about}");
        let none = TypstPrinter::new().evidence(&report(Language::Nl, 0)).unwrap();
        assert!(poppler("pdfinfo", &none, &[]).contains("Pages:           1"));
    }
}
