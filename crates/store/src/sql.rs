//! Every statement of Doorstep, by name, in lists by what they are about: the only way to make a [`Statement`].
//!
//! One text for SQLite and PostgreSQL. The portable subset: TEXT, BIGINT, BOOLEAN, `$1`, ON CONFLICT,
//! RETURNING, `string_agg`; compare-and-set in place of row locks. A test prepares each on both engines.

mod list;
#[macro_use]
mod pieces;
mod asked;
mod declared;
mod granted;
mod kept;
mod people;

pub(crate) use asked::*;
pub(crate) use declared::*;
pub(crate) use granted::*;
pub(crate) use kept::*;
pub use list::Statement;
pub(crate) use people::*;

/// Every statement there is.
pub fn all() -> impl Iterator<Item = Statement> {
    [people::ALL, granted::ALL, declared::ALL, kept::ALL, asked::ALL].into_iter().flatten().copied()
}
