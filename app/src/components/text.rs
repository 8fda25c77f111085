//! The fields of the dashboard's forms.

use leptos::prelude::*;

/// A line of text.
#[component]
pub(crate) fn Text(
    name: &'static str,
    label: &'static str,
    value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] numeric: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input class="input w-full" id=name name=name value=value autocomplete="off" inputmode=numeric.then_some("numeric") />
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
        </div>
    }
}

/// One of two.
#[component]
pub(crate) fn Either(
    name: &'static str,
    label: &'static str,
    /// Which it is.
    is: bool,
    /// What it is, and what it is else.
    words: [&'static str; 2],
) -> impl IntoView {
    let [yes, no] = words;
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select class="input w-full" id=name name=name>
                <option value="true" selected=is>{yes}</option>
                <option value="false" selected=!is>{no}</option>
            </select>
        </div>
    }
}

/// Lines of text. (Leptos writes the children of a `textarea` as they are: one that says `</textarea>` would end it.)
#[component]
pub(crate) fn Area(name: &'static str, label: &'static str, text: String) -> impl IntoView {
    let is_plain = !text.contains(['&', '<']);
    let text = if is_plain { text } else { text.replace('&', "&amp;").replace('<', "&lt;") };
    view! { <textarea class="textarea" id=name name=name aria-label=label spellcheck="false" inner_html=text></textarea> }
}
