//! The languages of texts that are delivered: what their files are called and how a comment begins.

use serde::{Deserialize, Serialize};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Syntax {
    /// A POSIX shell.
    Shell,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// JavaScript.
    Javascript,
    /// XML.
    Xml,
    /// YAML that a document cannot express, such as one with tags.
    Yaml,
    /// Java properties.
    Properties,
    /// Apache's configuration.
    Apache,
}

impl Syntax {
    /// What a file in it is called by.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Shell => "sh",
            Self::Python => "py",
            Self::Ruby => "rb",
            Self::Php => "php",
            Self::Javascript => "js",
            Self::Xml => "xml",
            Self::Yaml => "yaml",
            Self::Properties => "properties",
            Self::Apache => "conf",
        }
    }

    /// The line that has to stand before everything else.
    pub(crate) const fn first_line(self) -> Option<&'static str> {
        match self {
            Self::Shell => Some("#!/bin/sh"),
            Self::Php => Some("<?php"),
            _ => None,
        }
    }

    /// What stands around a comment.
    pub(crate) const fn comment(self) -> (&'static str, &'static str) {
        match self {
            Self::Php | Self::Javascript => ("// ", ""),
            Self::Xml => ("<!-- ", " -->"),
            _ => ("# ", ""),
        }
    }
}
