//! What a statement is: a text of the list in `sql`, with its name and its table, for errors.

/// A statement of the list; nothing else can be run.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

impl Statement {
    /// The table it is about, for errors.
    pub const fn table(self) -> &'static str {
        self.table
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its SQL.
    pub const fn text(self) -> &'static str {
        self.text
    }
}

macro_rules! statements {
    ($($table:ident { $($name:ident = $text:expr;)* })*) => {
        $($(pub(crate) const $name: Statement =
            Statement { table: stringify!($table), name: stringify!($name), text: $text };)*)*

        /// Every statement of this list.
        pub(super) const ALL: &[Statement] = &[$($($name),*),*];
    };
}

pub(super) use statements;
