//! Labelled fields, and what is said about them.

use leptos::prelude::*;

use crate::components::Icon;

/// A labelled text field. What is wrong with it is tied to it.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    /// What is wrong with what was sent.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// What is expected.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The first field takes the focus.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let invalid = problem.is_some();
    let said = format!("{name}-said");
    let describes = (invalid || hint.is_some()).then(|| said.clone());
    let below = match (problem, hint) {
        (Some(problem), _) => {
            let sentence = format!("{label} {problem}.");
            Some(view! { <p class="wrong" id=said><Icon name="circle-alert" class="i-sm" />{sentence}</p> }.into_any())
        }
        (None, Some(hint)) => Some(view! { <p class="hint" id=said>{hint}</p> }.into_any()),
        (None, None) => None,
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input input-lg w-full"
                class:input-error=invalid
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                required
                autofocus=first
                aria-invalid=invalid.then_some("true")
                aria-describedby=describes
            />
            {below}
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
