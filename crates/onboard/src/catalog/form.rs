//! The forms of what an entry delivers: what the app reads, and beside it what a person uses once.

use super::{
    document::{Document, Format},
    entry::{Entry, Text},
    template::Template,
};
use indexmap::IndexMap;

/// What is delivered, in one form.
#[derive(Clone, Copy)]
pub(crate) enum Form<'a> {
    /// Nothing.
    None,
    /// Variables.
    Env,
    /// A document.
    Document(Format, &'a Document),
    /// A text in a language of its own.
    Text(&'a Text),
    /// Commands of a shell.
    Commands(&'a [Template]),
    /// Fields of its pages.
    Sheet(&'a IndexMap<String, Template>),
}

impl Form<'_> {
    /// The end of the name of the file that it is delivered in.
    pub(crate) fn extension(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::Env => "env",
            Self::Document(format, _) => format.extension(),
            Self::Text(text) => text.syntax.extension(),
            Self::Commands(_) => "sh",
            Self::Sheet(_) => "txt",
        })
    }

    /// What it is, in a word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::None => "–",
            Self::Env => "env",
            Self::Document(format, _) => format.extension(),
            Self::Text(text) => text.syntax.extension(),
            Self::Commands(_) => "commands",
            Self::Sheet(_) => "copy sheet",
        }
    }

    pub(crate) const fn is_there(&self) -> bool {
        !matches!(self, Self::None)
    }
}

impl Entry {
    /// What the app reads; for one that reads nothing, what is used once.
    pub(crate) fn form(&self) -> Form<'_> {
        let read = self.read();
        if read.is_there() { read } else { self.used_once() }
    }

    /// What is used once beside what the app reads: commands to run, or fields to copy.
    pub(crate) fn beside(&self) -> Form<'_> {
        if self.read().is_there() { self.used_once() } else { Form::None }
    }

    fn read(&self) -> Form<'_> {
        let document = self.documents().next().map(|(format, document)| Form::Document(format, document));
        match document {
            Some(document) => document,
            None if !self.env.is_empty() => Form::Env,
            None => self.text.as_ref().map_or(Form::None, Form::Text),
        }
    }

    fn used_once(&self) -> Form<'_> {
        match (self.commands.is_empty(), self.sheet.is_empty()) {
            (false, _) => Form::Commands(&self.commands),
            (true, false) => Form::Sheet(&self.sheet),
            (true, true) => Form::None,
        }
    }

    fn documents(&self) -> impl Iterator<Item = (Format, &Document)> {
        let documents = [
            (Format::Json, &self.json),
            (Format::Yaml, &self.yaml),
            (Format::Toml, &self.toml),
            (Format::Ini, &self.ini),
        ];
        documents.into_iter().filter_map(|(format, document)| Some((format, document.as_ref()?)))
    }

    /// Whether anything is delivered.
    pub(crate) fn delivers(&self) -> bool {
        self.form().is_there()
    }

    /// Whether it has two forms where it may have one.
    pub(super) fn has_too_many_forms(&self) -> bool {
        let read = self.documents().count() + usize::from(!self.env.is_empty()) + usize::from(self.text.is_some());
        read > 1 || (!self.commands.is_empty() && !self.sheet.is_empty())
    }

    /// Whether a secret stands in a command among the arguments of a program, where whoever lists the processes of that
    /// machine sees it: everywhere but in a here-document, and behind `printf`, which is part of the shell.
    pub(super) fn shows_a_secret(&self) -> bool {
        let mut end: Option<&str> = None;
        for command in &self.commands {
            for line in command.as_written().lines() {
                match end {
                    Some(word) if line == word => end = None,
                    Some(_) => {}
                    None => {
                        let inside = line.trim_start().starts_with("printf ");
                        if !inside && ["{client_secret", "{random."].iter().any(|secret| line.contains(secret)) {
                            return true;
                        }
                        end = line.split_once("<<'").and_then(|(_, rest)| Some(rest.split_once('\'')?.0));
                    }
                }
            }
        }
        false
    }
}
