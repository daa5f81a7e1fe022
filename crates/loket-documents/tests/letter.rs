//! The letter as other tools read it.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::Command;

    use loket_documents::TypstPrinter;
    use loket_domain::port::{Printer as _, RefusalLetter};
    use loket_domain::registration::NotIdentifiedReason;
    use loket_domain::{Language, Timestamp};

    fn letter(language: Language, reason: NotIdentifiedReason) -> RefusalLetter {
        RefusalLetter {
            language,
            reference: "2026-004512".to_owned(),
            organisation: "Gemeente Voorbeeld".to_owned(),
            reason,
            made_at: Timestamp::parse("2026-11-23T09:58:00Z").unwrap(),
            service_desk: "0800 12 345".to_owned(),
        }
    }

    /// What a program of poppler-utils says of a document.
    fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(pdf).unwrap();
        let mut command = Command::new(program);
        command.arg(file.path()).args(arguments);
        let output = command.output().unwrap_or_else(|error| {
            panic!("this test needs {program}: install poppler-utils ({error})")
        });
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn one_page_in_every_language_for_every_reason() {
        for language in Language::ALL {
            let mut texts = std::collections::BTreeSet::new();
            for reason in NotIdentifiedReason::ALL {
                let letter = letter(language, reason);
                let pdf = TypstPrinter::new().letter(&letter).unwrap();
                assert_eq!(pdf, TypstPrinter::new().letter(&letter).unwrap(), "the same bytes");
                let facts = poppler("pdfinfo", &[], &pdf);
                assert!(facts.contains("Pages:           1") && facts.contains("A4"), "{facts}");
                let text = poppler("pdftotext", &["-"], &pdf);
                for wanted in ["2026-004512", "Gemeente Voorbeeld", "0800 12 345", "35, 1000"] {
                    assert!(text.contains(wanted), "{wanted} in {language}: {text}");
                }
                // What the officer thinks of the document is nobody's business but the office's.
                for word in ["fraud", "vals", "faux", "falsch", "gefälscht", "suspect"] {
                    assert!(!text.to_lowercase().contains(word), "{word} in {language}");
                }
                texts.insert(text);
            }
            assert_eq!(texts.len(), NotIdentifiedReason::ALL.len(), "each reason has its advice");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut long = letter(Language::Nl, NotIdentifiedReason::DataDiffers);
        long.organisation = "x".repeat(121);
        assert!(TypstPrinter::new().letter(&long).is_err());
        long.organisation = "A\nB".to_owned();
        assert!(TypstPrinter::new().letter(&long).is_err());
    }
}
