//! Forms that the server answers alone.

use leptos::prelude::*;

use crate::components::FreshToken;

/// The address of the view that forms stand on, which they lead back to. The server follows only what it knows of it.
#[derive(Clone)]
pub(crate) struct Back(pub(crate) String);

/// A form that shows that this server handed it out.
#[component]
pub(crate) fn OwnForm(
    #[prop(into)] action: String,
    #[prop(default = "grid gap-4")] class: &'static str,
    /// It sends a file.
    #[prop(optional)]
    with_file: bool,
    /// The id of what is said about it.
    #[prop(optional_no_strip)]
    described_by: Option<&'static str>,
    /// Its own id, for buttons that stand elsewhere.
    #[prop(optional_no_strip)]
    id: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let fresh = use_context::<FreshToken>();
    let written = written();
    // A form with a file has no other part.
    let back = use_context::<Back>().filter(|_| !with_file).map(|Back(back)| back);
    let token = move || fresh.map_or_else(|| written.clone(), FreshToken::get);
    view! {
        <form
            id=id
            class=class
            method="post"
            action=action
            enctype=with_file.then_some("multipart/form-data")
            aria-describedby=described_by
        >
            <input type="hidden" name="form_token" value=token />
            {back.map(|back| view! { <input type="hidden" name="back" value=back /> })}
            {children()}
        </form>
    }
}

/// The token of a page that the server writes alone.
fn written() -> Option<String> {
    #[cfg(feature = "ssr")]
    let token = use_context::<crate::FormToken>().map(|crate::FormToken(token)| token);
    #[cfg(not(feature = "ssr"))]
    let token = None;
    token
}
