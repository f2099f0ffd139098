//! The report of a refused request, kept for `doorstep explain REF`.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What came, which rule refused it, what would mend it. Without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The reference on the page, like `7K2M-9QXF`.
    pub reference: String,
    /// When.
    pub at: Timestamp,
    /// The rule, as a short stable name: `redirect_uri_not_registered`.
    pub rule: String,
    /// One sentence for whoever runs the instance.
    pub what: String,
    /// What would mend it: a sentence or a command.
    #[serde(rename = "mend")]
    pub remedy: String,
    /// Facts by name, in order: `sent`, `registered`, `client`, `request`.
    pub facts: Vec<(String, String)>,
}
