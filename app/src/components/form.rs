//! Forms that the server answers alone.

use leptos::prelude::*;

use crate::FormToken;

/// A form that shows that this server handed it out.
#[component]
pub(crate) fn OwnForm(
    action: String,
    #[prop(default = "grid gap-4")] class: &'static str,
    /// It sends a file.
    #[prop(optional)]
    with_file: bool,
    /// The id of what is said about it.
    #[prop(optional_no_strip)]
    described_by: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let token = use_context::<FormToken>().map(|FormToken(token)| token);
    view! {
        <form
            class=class
            method="post"
            action=action
            enctype=with_file.then_some("multipart/form-data")
            aria-describedby=described_by
        >
            <input type="hidden" name="form_token" value=token />
            {children()}
        </form>
    }
}
