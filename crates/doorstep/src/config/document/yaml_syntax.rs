//! A text that is not YAML: what its writer probably meant, and how YAML writes it. Repeats nothing of the text.

use crate::config::mistake::{Mistake, Place};
use granit_parser::ErrorKind;

pub(super) fn mistake(kind: &ErrorKind, place: Place) -> Mistake {
    let (what, remedy) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            ("a tab stands where YAML takes spaces only", "write spaces in its place")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidSimpleKey | ErrorKind::InvalidColonPlacement => (
            "a colon with a space after it stands where no key can be",
            "if it is part of a text, put the text in quotes; if it is a key, indent it like the keys beside it",
        ),
        ErrorKind::SimpleKeyExpected => ("a key stands here without a colon after it", "write key: value"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quote is opened and not closed", "close it with the same quote")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::InvalidFlowScalarIndent => (
            "brackets do not fit together, or a comma is missing between them",
            "write [\"…\", \"…\"] or { key: \"…\" }: commas between the entries, both brackets of one kind",
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            "a backslash stands here that YAML has no meaning for",
            "write \\\\ for a backslash in double quotes, or put the text in single quotes",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => (
            "something stands after the closing quote",
            "put the whole text in quotes; a quote inside is written twice in single quotes, \\\" in double ones",
        ),
        ErrorKind::UnexpectedCharacter { .. } => ("a text cannot begin with this character", "put the text in quotes"),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::MappingKeyNotAllowed => (
            "this line does not fit the lines above it",
            "indent it like what belongs beside it, with spaces; end each key with a colon",
        ),
        ErrorKind::RecursionLimitExceeded => ("this is nested too deeply", "nothing of the configuration is so deep"),
        ErrorKind::CommentNotSeparated | ErrorKind::CommentInterceptedScalar => {
            ("a comment begins in the middle of a text", "put a space before #, or the text in quotes")
        }
        other => {
            let what = format!("this is not YAML: {other}");
            return Mistake::new(place, what, None);
        }
    };
    Mistake::new(place, what, Some(remedy.to_owned()))
}
