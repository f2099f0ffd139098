//! A request of somebody for an app that they may not use: an open question to administrators.

use crate::{
    id::{AppName, UserId},
    time::{Timestamp, Ttl},
};

/// One person, one app, one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Who asks.
    pub user: UserId,
    /// For which app.
    pub app: AppName,
    /// Why, in the person's words; may be empty.
    pub reason: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When an administrator said no.
    pub refused_at: Option<Timestamp>,
    /// When it is forgotten, so that the person may ask again.
    pub expires_at: Timestamp,
}

impl AccessRequest {
    /// How long a question waits.
    pub const LIFE: Ttl = Ttl::from_days(90);
    /// How long a no stands before the same can be asked again.
    pub const REST: Ttl = Ttl::from_days(30);
    /// How many one person has at most, those that were refused included.
    pub const MOST: usize = 10;
    /// How many characters the reason has at most.
    pub const LONGEST_REASON: usize = 300;

    /// A new question.
    pub fn new(user: UserId, app: AppName, reason: String, now: Timestamp) -> Self {
        Self { user, app, reason, asked_at: now, refused_at: None, expires_at: now + Self::LIFE }
    }

    /// Whether it still counts at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
