//! The rotation of a client secret as a plan tells it: which versions are valid, and what it waits for.
//!
//! A plan begins no rotation and ends none; it delivers the version that belongs in a place.

use doorstep_core::{
    model::{Rotation, RotationStage},
    time::Timestamp,
};
use serde::Serialize;

/// A rotation that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rotating {
    /// The version that ends.
    pub old: u32,
    /// The version that stays.
    pub new: u32,
    /// Whether it was taken back: the version that stays is the one from before.
    pub taken_back: bool,
    /// How far it is.
    pub stage: Stage,
    /// When the old version ends although the new one was not used, in Unix milliseconds.
    pub ends_at: Option<Timestamp>,
}

/// How far a rotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not delivered everywhere yet.
    Issued,
    /// Delivered, and not used yet.
    Delivered,
    /// Used; the old version is valid for a while longer.
    Used,
}

impl Rotating {
    /// What a plan tells of it.
    pub fn of(rotation: &Rotation) -> Self {
        let stage = match rotation.stage() {
            RotationStage::Issued => Stage::Issued,
            RotationStage::Delivered => Stage::Delivered,
            RotationStage::Used => Stage::Used,
        };
        let Rotation { old, new, taken_back, ends_at, .. } = *rotation;
        Self { old, new, taken_back, stage, ends_at }
    }

    /// It in a sentence.
    pub fn sentence(&self) -> String {
        let Self { old, new, .. } = self;
        let what = if self.taken_back {
            format!("rotation taken back to version {new}")
        } else {
            format!("rotation: version {new} issued")
        };
        match self.stage {
            Stage::Issued => format!("{what}, not delivered yet; both are valid"),
            Stage::Delivered => {
                format!("{what} and delivered, waiting for the app to use it; version {old} is valid too")
            }
            Stage::Used => format!("{what}, delivered and used; version {old} is valid a while longer"),
        }
    }
}
