//! Settings and attributes that a repository keeps for itself, beside what it tracks.

use super::program::Git;
use super::repository::Repository;
use super::types::GitError;
use std::fs;
use std::path::PathBuf;

impl Repository {
    /// Writes settings into the repository's own configuration.
    pub fn configure(&self, settings: &[(&str, &str)]) -> Result<(), GitError> {
        for (name, value) in settings {
            Git::at(self.git_dir(), "config").args(["--local", "--replace-all", name, value]).run()?;
        }
        Ok(())
    }

    /// Adds a value to a setting that has several; one that is there stays as it is.
    pub fn configure_also(&self, name: &str, value: &str) -> Result<(), GitError> {
        let same = format!("^{value}$");
        Git::at(self.git_dir(), "config").args(["--local", "--replace-all", name, value, &same]).run()?;
        Ok(())
    }

    /// Adds the lines that are missing from the repository's own attributes; says where they stand.
    pub fn add_attributes(&self, lines: &[&str]) -> Result<PathBuf, GitError> {
        let path = self.git_dir().join("info/attributes");
        let io = |source| GitError::Io { what: format!("cannot write {}", path.display()), source };
        let mut text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(io(error)),
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let missing: Vec<&str> =
            lines.iter().copied().filter(|line| !text.lines().any(|known| known == *line)).collect();
        missing.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        fs::create_dir_all(self.git_dir().join("info")).map_err(io)?;
        fs::write(&path, text).map_err(io)?;
        Ok(path)
    }
}
