//! Secrets never reach a log line: what holds one shows only that it does.

/// Debug output of types that hold secrets: the fields named are shown, the others are not.
macro_rules! redacted {
    ($($name:ident { $($shown:ident),* })*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($shown), &self.$shown))*.finish_non_exhaustive()
            }
        }
    )*};
}

pub(crate) use redacted;
