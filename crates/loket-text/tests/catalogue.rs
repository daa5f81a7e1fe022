//! What the build refuses.

#[path = "../build/catalogue.rs"]
mod catalogue;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::catalogue::{Kind, LANGUAGES, Message, Sources, read};

    /// The same file in every language, then one language's text replaced.
    fn sources(everywhere: &str, language: &str, there: &str) -> Sources {
        LANGUAGES
            .into_iter()
            .map(|code| {
                let text = if code == language { there } else { everywhere };
                (code, BTreeMap::from([("desk.ftl".to_owned(), text.to_owned())]))
            })
            .collect()
    }

    fn faults(everywhere: &str, there: &str) -> String {
        read(&sources(everywhere, "fr", there)).unwrap_err().join("\n")
    }

    fn messages(everywhere: &str, there: &str) -> Vec<Message> {
        read(&sources(everywhere, "fr", there)).unwrap()
    }

    #[test]
    fn a_message_that_one_language_lacks() {
        assert_eq!(faults("a = A\nb = B\n", "a = A\n"), "desk.ftl: b is missing in language fr");
    }

    #[test]
    fn a_message_that_one_language_has_alone() {
        let found = faults("a = A\n", "a = A\nb = B\n");
        for language in ["nl", "de", "en"] {
            assert!(found.contains(&format!("desk.ftl: b is missing in language {language}")));
        }
    }

    #[test]
    fn a_file_that_one_language_lacks() {
        let mut sources = sources("a = A\n", "", "");
        sources.get_mut("de").unwrap().insert("more.ftl".to_owned(), String::new());
        let found = read(&sources).unwrap_err().join("\n");
        assert!(found.contains("more.ftl: there is no such file in language fr"), "{found}");
        assert!(!found.contains("language de"), "{found}");
    }

    #[test]
    fn a_message_in_another_file() {
        let mut sources = sources("a = A\n", "", "");
        for (language, files) in &mut sources {
            let text = if *language == "de" { ("a = A\n", "") } else { ("", "a = A\n") };
            files.insert("desk.ftl".to_owned(), text.0.to_owned());
            files.insert("more.ftl".to_owned(), text.1.to_owned());
        }
        assert!(read(&sources).unwrap_err().join("\n").contains("a stands in"));
    }

    #[test]
    fn another_variable() {
        let found = faults("a = { $name }\n", "a = { $nom }\n");
        assert!(found.contains("desk.ftl: a lacks $name in language fr"), "{found}");
        assert!(found.contains("desk.ftl: a lacks $nom in language nl"), "{found}");
    }

    #[test]
    fn an_identifier_twice() {
        assert_eq!(faults("a = A\n", "a = A\na = B\n"), "desk.ftl: a is there twice, language fr");
    }

    #[test]
    fn an_identifier_twice_in_two_files() {
        let mut sources = sources("a = A\n", "", "");
        for files in sources.values_mut() {
            files.insert("more.ftl".to_owned(), "a = A\n".to_owned());
        }
        assert!(read(&sources).unwrap_err().join("\n").contains("a is there twice, language nl"));
    }

    #[test]
    fn text_that_cannot_be_parsed() {
        let found = faults("a = A\nb = B\n", "a = A\nb = { $\n");
        assert!(found.contains("desk.ftl: b, line ") && found.contains("language fr"), "{found}");
    }

    #[test]
    fn what_this_house_does_not_use() {
        let attribute = faults("a = A\n", "a = A\n    .title = B\n");
        assert!(attribute.contains("a has attributes"), "{attribute}");
        let term = faults("a = A\n", "-brand = B\na = A\n");
        assert!(term.contains("-brand is a term"), "{term}");
        let reference = faults("a = A\n", "a = { b }\n");
        assert!(reference.contains("a refers to b"), "{reference}");
        let function = faults("a = { $x }\n", "a = { NUMBER($x) }\n");
        assert!(function.contains("a calls NUMBER"), "{function}");
    }

    #[test]
    fn names_that_rust_could_not_carry() {
        for id in ["continue", "Title", "a_b", "a-"] {
            let found = read(&sources(&format!("{id} = A\n"), "", "")).unwrap_err().join("\n");
            assert!(found.contains(&format!("{id} is not lower-case words")), "{found}");
        }
        let found = read(&sources("a = { $type }\n", "", "")).unwrap_err().join("\n");
        assert!(found.contains("a has a variable $type"), "{found}");
    }

    #[test]
    fn a_plural_in_one_language_makes_a_number_in_all() {
        let plural = "a = { $persons ->\n    [one] een\n   *[other] { $persons }\n} { $name }\n";
        let found = messages("a = { $persons } { $name }\n", plural);
        assert_eq!(
            found[0].variables,
            BTreeMap::from([("name".to_owned(), Kind::Text), ("persons".to_owned(), Kind::Number)])
        );
    }

    #[test]
    fn a_choice_between_words_stays_text_and_a_counting_name_is_a_number() {
        let choice = "a = { $sex ->\n    [female] zij\n   *[other] die\n} { $left }\n";
        let found = messages(choice, choice);
        assert_eq!(
            found[0].variables,
            BTreeMap::from([("left".to_owned(), Kind::Number), ("sex".to_owned(), Kind::Text)])
        );
        assert!(found[0].english.starts_with("a ="), "{}", found[0].english);
    }
}
