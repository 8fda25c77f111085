//! Light, dark, or as the system has it: a cookie, read before the first byte is sent so that nothing flashes.

/// How the pages are lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// All three, in the order they are offered in.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the cookie and the form.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// `data-theme` of the document; none lets the system decide.
    pub(crate) fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("gs-light"),
            Self::Dark => Some("gs-dark"),
        }
    }

    /// The theme of this page: from the request's cookie.
    #[cfg(feature = "ssr")]
    pub(crate) fn current() -> Self {
        use axum::http::header::COOKIE;
        use axum::http::request::Parts;

        // No request while the list of routes is made.
        let Some(parts) = leptos::prelude::use_context::<Parts>() else { return Self::System };
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let name = cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix("theme="));
        Self::ALL.into_iter().find(|theme| Some(theme.name()) == name).unwrap_or_default()
    }

    /// The theme of this page: what the server wrote into the document.
    #[cfg(not(feature = "ssr"))]
    pub(crate) fn current() -> Self {
        let attribute =
            leptos::prelude::document().document_element().and_then(|html| html.get_attribute("data-theme"));
        Self::ALL.into_iter().find(|theme| theme.attribute() == attribute.as_deref()).unwrap_or_default()
    }
}
