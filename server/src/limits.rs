//! How much anybody may ask for at once.

/// How much anybody may ask for at once.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of the body of a sign-in.
    pub sign_in_body: usize,
    /// Seconds a request may take.
    pub seconds: u64,
    /// Bytes of a socket's message, and of a frame of it.
    pub frame: usize,
    /// What a socket may do.
    pub socket: channels::socket::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            sign_in_body: 16 * 1024,
            seconds: 10,
            frame: 64 * 1024,
            socket: channels::socket::Limits::default(),
        }
    }
}
