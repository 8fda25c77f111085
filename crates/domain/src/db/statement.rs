//! The text of a statement, and the list of all of them.

/// The text of a statement in both dialects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// One text for both engines: the rule.
pub(crate) const fn same(sql: &'static str) -> Sql {
    Sql { sqlite: sql, postgres: sql }
}

/// Names the statements of a noun and lists them, so that a test can prepare every one on both engines.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: $crate::db::Sql = $sql;)*
        pub(crate) const STATEMENTS: &[(&str, $crate::db::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;
