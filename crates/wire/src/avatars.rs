//! The picture a player uploads of themselves.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// The picture a player wants to be shown with.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewAvatar {
    /// A PNG, JPEG or WebP in base64, with or without `data:image/png;base64,` before it.
    pub avatar: Option<String>,
}

impl NewAvatar {
    /// The bytes of the picture, which nobody has looked at yet.
    ///
    /// # Errors
    /// None, and what is not base64: of the standard alphabet, padded, without breaks.
    pub fn check(self) -> Result<Vec<u8>, FieldErrors> {
        let text = self.avatar.unwrap_or_default();
        if text.is_empty() {
            return Err(FieldErrors::one("avatar", "can't be blank"));
        }
        let bare = match text.strip_prefix("data:").map(|url| url.split_once(";base64,")) {
            None => Some(text.as_str()),
            // What it says it is, is not asked: its bytes are.
            Some(url) => url.map(|(_, data)| data),
        };
        bare.and_then(|bare| STANDARD.decode(bare).ok())
            .ok_or_else(|| FieldErrors::one("avatar", "must be base64 of the standard alphabet, without line breaks"))
    }
}

impl fmt::Debug for NewAvatar {
    /// Without the picture: a megabyte of it in a log line helps nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.avatar.as_ref().map(String::len);
        f.debug_struct("NewAvatar").field("avatar", &length).finish()
    }
}

/// What became of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AvatarAnswer {
    /// A sentence for people.
    pub message: String,
    /// Where the picture is shown; none when there is none any more.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub avatar_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Vec<u8>, FieldErrors> {
        NewAvatar { avatar: Some(text.into()) }.check()
    }

    #[test]
    fn base64_is_taken_bare_and_in_a_data_url() {
        for text in ["aGVsbG8=", "data:image/png;base64,aGVsbG8=", "data:;base64,aGVsbG8="] {
            assert_eq!(check(text).as_deref(), Ok(&b"hello"[..]), "{text}");
        }
    }

    #[test]
    fn what_is_almost_base64_is_none() {
        for text in
            ["aGVsbG8", "aGVsbG8=\n", " aGVsbG8=", "aGVs\nbG8=", "aGVsbG9=", "_-8=", "data:image/png,aGVsbG8=", "data:"]
        {
            assert_eq!(check(text).unwrap_err().on("avatar").len(), 1, "{text}");
        }
        assert_eq!(check("").unwrap_err().on("avatar"), ["can't be blank"]);
        assert_eq!(NewAvatar::default().check().unwrap_err().on("avatar"), ["can't be blank"]);
    }
}
