//! Removes what is past its keep time, one bounded batch of each table per call, so that nobody waits long.

use crate::{Conn, StoreError, sql, sql::Statement};
use doorstep_core::time::{Timestamp, Ttl};

/// Rows that one call removes from one table at most.
pub const BATCH: i64 = 500;

const AT_ONCE: Ttl = Ttl::from_millis(0);
/// Used one-time values are kept for this long after their end, so that a second use is not taken for a wrong value.
const REUSE: Ttl = Ttl::from_hours(24);
/// Far longer than any process waits between two looks at the log.
const LOG: Ttl = Ttl::from_hours(24);

/// Whoever looks why a program gets nowhere any more finds its token in the list, ended.
const PROGRAM_TOKENS: Ttl = Ttl::from_days(30);
/// As long as a browser keeps the cookie by which it is known (RFC 6265bis §5.5).
const BROWSERS: Ttl = Ttl::from_days(400);
/// A server that was not seen for so long comes as a new one.
const SERVERS: Ttl = Ttl::from_days(30);
/// A declaration that was in force so long ago counts as new when it comes again.
const DECLARATIONS: Ttl = Ttl::from_days(365);

/// Each table, and for how long after its time a row is kept. Children before parents.
const RULES: &[(Statement, Ttl)] = &[
    (sql::CHALLENGE_SWEEP, AT_ONCE),
    (sql::INTERACTION_SWEEP, AT_ONCE),
    (sql::AWAY_SWEEP, AT_ONCE),
    (sql::LINK_SWEEP, REUSE),
    (sql::ADDRESS_PROOF_SWEEP, AT_ONCE),
    (sql::MAIL_RECOVERY_SWEEP, AT_ONCE),
    (sql::REGISTRATION_SWEEP, AT_ONCE),
    (sql::DEVICE_SWEEP, AT_ONCE),
    (sql::RELAY_SWEEP, REUSE),
    (sql::APP_SESSION_SWEEP, AT_ONCE),
    (sql::SESSION_SWEEP, AT_ONCE),
    (sql::BROWSER_SWEEP, BROWSERS),
    (sql::PROGRAM_TOKEN_SWEEP, PROGRAM_TOKENS),
    (sql::REQUEST_SWEEP, AT_ONCE),
    (sql::INVITE_SWEEP, AT_ONCE),
    (sql::ACCESS_SWEEP, AT_ONCE),
    (sql::REFRESH_SWEEP, AT_ONCE),
    (sql::CODE_SWEEP, REUSE),
    // A grant without any code or token left. Its age is a margin: a new one has none *yet*.
    (sql::GRANT_SWEEP, REUSE),
    (sql::REFUSAL_SWEEP, AT_ONCE),
    (sql::REVOCATION_SWEEP, LOG),
    (sql::LIMIT_SWEEP, AT_ONCE),
    (sql::SERVER_SWEEP, SERVERS),
    (sql::DIGEST_SWEEP, DECLARATIONS),
];

/// What one call removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Rows by table, for tables that lost any.
    pub removed: Vec<(&'static str, i64)>,
    /// Some table had a full batch: call again.
    pub more: bool,
}

/// Removes one batch from each table; lines of the audit log when they are older than `keep_audit`. Meant for
/// [`crate::Db::write`], where each batch commits by itself.
pub async fn expired(conn: &mut Conn, now: Timestamp, keep_audit: Option<Ttl>) -> Result<SweepReport, StoreError> {
    let mut report = SweepReport::default();
    let audit = keep_audit.map(|keep| (sql::AUDIT_SWEEP, keep));
    for (statement, keep) in RULES.iter().copied().chain(audit) {
        let removed = conn.execute(statement, &[(now - keep).into(), BATCH.into()]).await?;
        if removed > 0 {
            report.removed.push((statement.table(), removed));
        }
        report.more |= removed >= BATCH;
    }
    Ok(report)
}
