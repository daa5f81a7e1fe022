//! The help texts, as people see them, under snapshot.

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};
    use loket::cli::Cli;

    /// Every command with all words before it, `loket organisation create`, and its help.
    fn all(command: &mut Command, before: &str, found: &mut Vec<(String, String)>) {
        let name = format!("{before}{}", command.get_name());
        found.push((name.clone(), command.render_long_help().to_string()));
        for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
            all(inner, &format!("{name} "), found);
        }
    }

    #[test]
    fn help_texts() {
        let mut found = Vec::new();
        let mut root = Cli::command().term_width(100);
        // Gives every command the words before it.
        root.build();
        all(&mut root, "", &mut found);
        assert!(found.len() > 15);
        for (name, help) in found {
            // The list of commands depends on the features; it is compared with all of them.
            if name == "loket" && !cfg!(feature = "demo") {
                continue;
            }
            insta::assert_snapshot!(name.replace(' ', "_"), help.trim_end());
        }
    }

    #[test]
    fn every_argument_says_what_it_is() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let named = argument.get_help().is_some();
                assert!(named, "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
