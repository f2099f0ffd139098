//! Approving what waits on another device: the page for its code, the question, and what came of it.

use super::{Message, Seen, Text, When, filters};
use askama::Template;
use doorstep_core::model::Device;

/// `/device`: where the code is typed that the device shows.
#[derive(Debug, Template)]
#[template(path = "device.html")]
pub struct DeviceCode<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// What the address says, or was typed.
    pub typed: Text<'a>,
    /// What was wrong with it.
    pub problem: Option<DeviceProblem>,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceProblem {
    /// No device shows it.
    NotACode,
    /// Too many were typed; in so many minutes again.
    TooMany {
        /// How many.
        minutes: u32,
    },
}

impl DeviceProblem {
    /// The sentence.
    pub fn sentence(self) -> Message {
        match self {
            Self::NotACode => "device-problem-no-code".into(),
            Self::TooMany { minutes } => Message::from("problem-too-many-codes").number("minutes", minutes),
        }
    }
}

/// The question about a code: who wants what, and from where. Answers go to `POST /device/answer`.
#[derive(Debug, Template)]
#[template(path = "device_asked.html")]
pub struct DeviceQuestion<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// The person's display name.
    pub person: Text<'a>,
    /// The code, as the device shows it.
    pub code: &'a str,
    /// What the device, or the app for it, says that it is.
    pub device: Device,
    /// The address that it asked from; may be empty.
    pub ip: Text<'a>,
    /// When it asked.
    pub asked: When,
    /// What the app would see, where that is for the person to allow.
    pub seen: Vec<Seen<'a>>,
    /// Whether it keeps access while the person is away.
    pub offline: bool,
}

/// What came of it.
#[derive(Debug, Template)]
#[template(path = "device_done.html")]
pub struct DeviceDone<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// Whether it was approved.
    pub approved: bool,
}

impl DeviceQuestion<'_> {
    fn what(&self) -> Message {
        called(self.device, "device-unknown")
    }
}

/// What a device is, as far as it says, or what it is called where it says nothing.
pub(super) fn called(device: Device, unknown: &'static str) -> Message {
    match (device.browser, device.system) {
        (Some(browser), Some(system)) => {
            Message::from("device-browser-on-system").text("browser", browser).text("system", system)
        }
        (Some(one), None) | (None, Some(one)) => Message::verbatim(one),
        (None, None) => unknown.into(),
    }
}
