//! The fields of the dashboard's forms.

use leptos::prelude::*;

use crate::components::Icon;
use crate::components::refused::Entry;

/// A line of text.
#[component]
pub(crate) fn Text(
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: Entry,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] numeric: bool,
) -> impl IntoView {
    let Entry { value, problem, theirs } = value;
    let wants = problem.is_some() || theirs.is_some();
    let (below, described) = below(name, hint, problem, theirs);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input w-full"
                class:input-error=problem.is_some()
                id=name
                name=name
                value=value
                autocomplete="off"
                inputmode=numeric.then_some("numeric")
                aria-invalid=problem.map(|_| "true")
                aria-describedby=described
                autofocus=wants
            />
            {below}
        </div>
    }
}

/// One of two.
#[component]
pub(crate) fn Either(
    name: &'static str,
    label: &'static str,
    /// Which it is: `true` or `false`.
    #[prop(into)]
    is: Entry,
    /// What it is, and what it is else.
    words: [&'static str; 2],
) -> impl IntoView {
    let [yes, no] = words;
    let word = |is: String| if is == "true" { yes } else { no }.to_owned();
    let is_so = is.value == "true";
    let (below, described) = below(name, None, is.problem, is.theirs.map(word));
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select class="input w-full" id=name name=name aria-describedby=described>
                <option value="true" selected=is_so>{yes}</option>
                <option value="false" selected=!is_so>{no}</option>
            </select>
            {below}
        </div>
    }
}

/// What is said below a field, and the id it is tied to it by.
pub(crate) fn below(
    name: &'static str,
    hint: Option<&'static str>,
    problem: Option<&'static str>,
    theirs: Option<String>,
) -> (impl IntoView + use<>, Option<String>) {
    let id = [name, "-said"].concat();
    let described = (hint.is_some() || problem.is_some() || theirs.is_some()).then(|| id.clone());
    let said = described.is_some().then(|| {
        view! {
            <div id=id class="grid gap-1">
                {problem.map(|problem| view! { <p class="wrong"><Icon name="circle-alert" class="i-sm" />{problem}</p> })}
                {theirs.map(|theirs| view! {
                    <p class="hint wrap-any" data-theirs="">"Somebody else made it “" {theirs} "” meanwhile. Saving puts yours in its place."</p>
                })}
                {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            </div>
        }
    });
    (said, described)
}
