//! Somebody must sign in first, or prove anew who they are; and the way there and back.

use super::{Caller, ReturnPath};
use crate::model::Proof;

/// Somebody must sign in first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Who asks; only a navigation can be sent to sign in.
    pub caller: Caller,
    /// Whether the method is GET or HEAD.
    pub safe_method: bool,
    /// Where to go afterwards.
    pub return_path: ReturnPath,
    /// What the sign-in has to be.
    pub proof: Proof,
    /// Whether somebody is signed in who may, with less proof than that (step-up).
    pub is_step_up: bool,
}

/// The way to a sign-in and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where on the app's host it leads back to.
    pub path: ReturnPath,
    /// What the sign-in has to be.
    pub proof: Proof,
}

impl From<ReturnPath> for Way {
    fn from(path: ReturnPath) -> Self {
        Self { path, proof: Proof::default() }
    }
}

impl From<&Challenge> for Way {
    fn from(challenge: &Challenge) -> Self {
        Self { path: challenge.return_path.clone(), proof: challenge.proof }
    }
}
