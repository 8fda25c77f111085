//! Labelled fields, and what is said about them.

use leptos::prelude::*;

use crate::components::Icon;
use crate::said::Said;

/// A labelled text field. What is wrong with it is tied to it.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    /// What stands in it already.
    #[prop(optional_no_strip)]
    value: Option<String>,
    /// What is wrong with what was sent.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// What is expected.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// A way out for whoever cannot fill it in: its address and words.
    #[prop(optional)]
    link: Option<(&'static str, &'static str)>,
    /// The form it is in, where another one of the page has a field of this name.
    #[prop(optional)]
    of: Option<&'static str>,
    /// It may stay empty.
    #[prop(optional)]
    spare: bool,
    /// The first field takes the focus.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let id = of.map_or_else(|| name.to_owned(), |form| format!("{form}-{name}"));
    let invalid = problem.is_some();
    let said = format!("{id}-said");
    let describes = (invalid || hint.is_some()).then(|| said.clone());
    let below = match (problem, hint) {
        (Some(problem), _) => {
            let sentence = format!("{label} {problem}.");
            Some(view! { <p class="wrong" id=said><Icon name="circle-alert" class="i-sm" />{sentence}</p> }.into_any())
        }
        (None, Some(hint)) => Some(view! { <p class="hint" id=said>{hint}</p> }.into_any()),
        (None, None) => None,
    };
    // Beside the label to the eye, after the field to the keyboard: one goes on from field to field.
    let way_out =
        link.map(|(href, words)| view! { <a class="text-link text-xs absolute top-0 right-0" href=href>{words}</a> });
    view! {
        <div class="field relative">
            <label for=id.clone()>{label}</label>
            <input
                class="input input-lg w-full"
                class:input-error=invalid
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                required=!spare
                autofocus=first
                aria-invalid=invalid.then_some("true")
                aria-describedby=describes
            />
            {below}
            {way_out}
        </div>
    }
}

/// A sentence about what was sent.
#[component]
pub(crate) fn Note(icon: &'static str, class: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class=format!("note {class}") role="alert" id="problem">
            <Icon name=icon />
            <div>{children()}</div>
        </div>
    }
}

/// What the page's address says of the form that led here.
#[component]
pub(crate) fn Told(
    /// What was done, by its word: none for a word the page does not know.
    done: fn(&str) -> Option<&'static str>,
) -> impl IntoView {
    let said = Said::here();
    if let Some(problem) = said.problem() {
        return Some(view! { <Note icon="circle-alert" class="note-bad mb-4">{problem}</Note> }.into_any());
    }
    let done = said.done().and_then(|word| done(&word))?;
    Some(view! { <Done>{done}</Done> }.into_any())
}

/// A sentence about what was done.
#[component]
pub(crate) fn Done(children: Children) -> impl IntoView {
    view! {
        <div class="note note-ok mb-4" role="status">
            <Icon name="circle-check" />
            <div>{children()}</div>
        </div>
    }
}
