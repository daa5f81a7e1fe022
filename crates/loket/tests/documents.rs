//! What the documents of the repository promise: the crates that there are, links that lead
//! somewhere, and files short enough to read.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn read(name: &str) -> String {
        fs::read_to_string(root().join(name)).unwrap()
    }

    /// Files below a folder with one of these endings.
    fn below(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir()
                && !["target", "node_modules", "vectors", "demo-data"].contains(&&*name)
            {
                below(&path, endings, found);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }

    #[test]
    fn the_architecture_names_exactly_the_crates_there_are() {
        let there: BTreeSet<String> = fs::read_dir(root().join("crates"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("Cargo.toml").exists())
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        let architecture = read("ARCHITECTURE.md");
        let named: BTreeSet<String> = architecture
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .filter(|name| name.starts_with("loket"))
            .map(str::to_owned)
            .collect();
        assert_eq!(named, there);
        let words = architecture.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let others: BTreeSet<&str> =
            words.filter(|word| word.starts_with("loket-") && !there.contains(*word)).collect();
        assert_eq!(others, BTreeSet::new());
        for name in ["README.md", "ARCHITECTURE.md"] {
            assert!(read(name).lines().count() <= 120, "{name} fits no page");
        }
    }

    #[test]
    fn links_lead_somewhere() {
        let mut documents = Vec::new();
        below(&root(), &[".md"], &mut documents);
        let mut looked_at = 0;
        for document in documents.iter().filter(|path| !path.ends_with("NOTICE.md")) {
            let text = fs::read_to_string(document).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if link.contains("://") || link.starts_with('#') || link.contains(' ') {
                    continue;
                }
                let to = link.split('#').next().unwrap();
                assert!(
                    document.parent().unwrap().join(to).exists(),
                    "{}: {to}",
                    document.display()
                );
                looked_at += 1;
            }
        }
        assert!(looked_at > 20, "only {looked_at} links were found");
    }

    #[test]
    fn files_are_short() {
        let mut sources = Vec::new();
        for folder in ["crates", "e2e", "tools"] {
            below(&root().join(folder), &[".rs", ".ts", ".js", ".html", ".css"], &mut sources);
        }
        assert!(sources.len() > 200);
        for source in sources {
            let lines = fs::read_to_string(&source).unwrap().lines().count();
            assert!(lines < 500, "{} has {lines} lines", source.display());
        }
    }
}
