//! The slip as other tools read it: its text by pdftotext and its QR code from the drawn page.

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use loket_documents::TypstPrinter;
    use loket_domain::port::{PrintFault, Printer, Slip};
    use loket_domain::secret::Secret;
    use loket_domain::{Language, Timestamp};

    fn slip(language: Language) -> Slip {
        Slip {
            language,
            reference: "2026-004512".to_owned(),
            organisation: "Gemeente Voorbeeld".to_owned(),
            code: Secret::new("K7M-Q2X-9RT".to_owned()),
            valid_until: Timestamp::parse("2026-12-07T09:58:00Z").unwrap(),
            made_at: Timestamp::parse("2026-11-23T09:58:00Z").unwrap(),
            portal: "https://portal.loket.example".to_owned(),
            begin: "https://portal.loket.example/activate".to_owned(),
            service_desk: "0800 12 345".to_owned(),
        }
    }

    fn pdf(slip: &Slip) -> Vec<u8> {
        TypstPrinter::new().slip(slip).unwrap()
    }

    /// What a program of poppler-utils makes of a document. `to` is what it wants to hear after the
    /// file in order to write to its standard output.
    fn poppler(program: &str, arguments: &[&str], pdf: &[u8], to: Option<&str>) -> Vec<u8> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(pdf).unwrap();
        let output = Command::new(program)
            .args(arguments)
            .arg(file.path())
            .args(to)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| {
                panic!("this test needs {program}: install poppler-utils ({error})")
            });
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The words of a document with single spaces.
    fn words(pdf: &[u8]) -> String {
        let text = String::from_utf8(poppler("pdftotext", &["-layout"], pdf, Some("-"))).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_same_slip_makes_the_same_bytes() {
        for language in Language::ALL {
            let made = pdf(&slip(language));
            assert!(made.starts_with(b"%PDF-1."));
            assert_eq!(made, pdf(&slip(language)));
        }
    }

    #[test]
    fn title_code_reference_and_validity_can_be_read_in_every_language() {
        let expected = [
            (Language::Nl, "Uw activatiecode", "Geldig tot 7 december 2026, 10.58 uur"),
            (Language::Fr, "Votre code d’activation", "Valable jusqu’au 7 décembre 2026 à 10 h 58"),
            (Language::De, "Ihr Aktivierungscode", "Gültig bis 7. Dezember 2026, 10.58 Uhr"),
            (Language::En, "Your activation code", "Valid until 7 December 2026, 10:58"),
        ];
        for (language, title, validity) in expected {
            let words = words(&pdf(&slip(language)));
            for part in [
                title,
                validity,
                "K7M-Q2X-9RT",
                "2026-004512",
                "Gemeente Voorbeeld",
                "https://portal.loket.example",
                "0800 12 345",
            ] {
                assert!(words.contains(part), "{part} in {language}: {words}");
            }
        }
    }

    /// Texts of the QR codes on the page, drawn at 300 dots an inch as a printer would.
    fn scanned(pdf: &[u8]) -> Vec<String> {
        let drawn = poppler("pdftoppm", &["-gray", "-r", "300"], pdf, None);
        let mut parts = drawn.splitn(4, u8::is_ascii_whitespace);
        assert_eq!(parts.next(), Some(b"P5".as_slice()));
        let mut number =
            || -> usize { std::str::from_utf8(parts.next().unwrap()).unwrap().parse().unwrap() };
        let (width, height) = (number(), number());
        let grey = &drawn[drawn.len() - width * height..];
        let mut page =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
        let mut texts: Vec<String> =
            page.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        texts.sort();
        texts
    }

    /// The same by zbar, as many telephones and scanners have it, at the coarse grid of an old printer.
    fn scanned_by_zbar(pdf: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let drawn = folder.path().join("slip.pgm");
        std::fs::write(&drawn, poppler("pdftoppm", &["-gray", "-r", "150"], pdf, None)).unwrap();
        let output = Command::new("zbarimg")
            .args(["--quiet", "--raw"])
            .arg(&drawn)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| {
                panic!("this test needs zbarimg: install zbar-tools ({error})")
            });
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let mut texts: Vec<String> = text.lines().map(str::to_owned).collect();
        texts.sort();
        texts
    }

    #[test]
    fn another_decoder_reads_the_same_qr_code() {
        for language in Language::ALL {
            let texts = scanned_by_zbar(&pdf(&slip(language)));
            assert_eq!(texts, ["https://portal.loket.example/activate"], "{language}");
        }
    }

    #[test]
    fn the_only_qr_code_is_where_the_person_begins_and_none_has_the_code() {
        for language in Language::ALL {
            let texts = scanned(&pdf(&slip(language)));
            assert_eq!(texts, ["https://portal.loket.example/activate"], "{language}");
        }
    }

    #[test]
    fn it_is_one_tagged_a5_page_with_its_language_and_title() {
        let found = poppler("pdfinfo", &[], &pdf(&slip(Language::Fr)), None);
        let found = String::from_utf8(found).unwrap();
        let line = |name: &str| {
            let line = found.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line[name.len()..].trim().to_owned()
        };
        assert_eq!(line("Pages:"), "1");
        assert_eq!(line("Tagged:"), "yes");
        assert_eq!(line("Title:"), "Votre code d’activation");
        assert_eq!(line("JavaScript:"), "no");
        assert!(line("Page size:").starts_with("419.5"), "{found}");
    }

    #[test]
    fn it_says_that_it_is_pdf_a_2a_and_pdf_ua_1() {
        let made = pdf(&slip(Language::De));
        let text = String::from_utf8_lossy(&made);
        for mark in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
            assert!(text.contains(mark), "{mark}");
        }
        assert!(!text.contains("/Subtype/Image") && !text.contains("/Subtype /Image"));
    }

    #[test]
    fn a_name_is_shown_and_never_evaluated() {
        let name = "#panic(\"x\") *A* $b$ \\ ] #read(\"/etc/hostname\") <c> @d é";
        let made = pdf(&Slip { organisation: name.to_owned(), ..slip(Language::Nl) });
        assert!(words(&made).contains(name), "{}", words(&made));
    }

    #[test]
    fn the_longest_values_still_fit_and_longer_ones_are_refused() {
        for language in Language::ALL {
            let long = |count| Slip {
                organisation: "Organisatie ".repeat(11).chars().take(count).collect(),
                portal: format!("https://{}", "a".repeat(80)),
                begin: format!("https://{}/activate", "a".repeat(80)),
                ..slip(language)
            };
            pdf(&long(120));
            assert_eq!(
                TypstPrinter::new().slip(&long(121)),
                Err(PrintFault("a value is too long for the page".to_owned()))
            );
        }
    }

    #[test]
    fn control_characters_are_refused() {
        let broken = Slip { organisation: "a\u{0}b".to_owned(), ..slip(Language::En) };
        assert_eq!(
            TypstPrinter::new().slip(&broken),
            Err(PrintFault("a value has a control character".to_owned()))
        );
    }
}
