//! What Doorstep says to people: messages in Fluent files, in each language that it speaks, and which of them is whose.
//!
//! The files of `locales/` are compiled in and read once. A message that a language lacks is said in English. This crate
//! knows neither HTML nor requests: it gives a message as pieces ([`compose`]), and a language for what somebody wishes
//! ([`Wishes`]). Names never pass through Fluent: their places come back as [`Piece::Place`], so that whoever writes the
//! pieces out decides how a name is written, and nobody's name can change a sentence.

mod language;
mod message;
#[cfg(feature = "pseudo")]
mod pseudo;
mod wishes;

pub use language::{Direction, Language};
pub use message::{Piece, Slot, compose, is_known};
pub use wishes::Wishes;
