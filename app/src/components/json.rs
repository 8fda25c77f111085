//! A field of JSON: lines of text, which the browser weighs as they are typed.

use leptos::html::Textarea;
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::components::Icon;
use crate::components::refused::Entry;
use crate::words::{counted, figure};

/// Bytes that metadata may have, as the server reads it.
const METADATA: i64 = 16 * 1024;

/// A JSON object to change, and the button that saves it: not while it cannot be read.
#[component]
pub(crate) fn Json(
    name: &'static str,
    label: &'static str,
    /// What stands in it.
    value: Entry,
    /// What is saved.
    saved: String,
    /// What the button says.
    save: &'static str,
) -> impl IntoView {
    let Entry { value, problem, theirs } = value;
    let field = NodeRef::<Textarea>::new();
    let typed = RwSignal::new(None::<String>);
    let is_ready = RwSignal::new(false);
    // What was typed before the page was hydrated is weighed then.
    let first = saved.clone();
    Effect::new(move |_| {
        is_ready.set(true);
        let there = field.get().map(|field| field.value());
        typed.set(there.filter(|there| *there != first));
    });
    let weighed = Memo::new(move |_| typed.with(|typed| typed.as_deref().map(weigh)));
    let is_wrong =
        move || weighed.with(|weighed| !weighed.as_ref().is_none_or(|weighed| matches!(weighed, Ok(..=METADATA))));
    let unsaved =
        Memo::new(move |_| typed.with(|typed| typed.as_deref().map_or(0, |typed| other_lines(typed, &saved))));
    let said = move || match weighed.get() {
        None => ("hint", format!("At most {} bytes of JSON.", figure(METADATA))),
        Some(Ok(bytes)) if bytes > METADATA => ("wrong", format!("{} of {} bytes", figure(bytes), figure(METADATA))),
        Some(Ok(bytes)) => ("hint", format!("Valid JSON, {} of {} bytes", figure(bytes), figure(METADATA))),
        Some(Err(problem)) => ("wrong", problem),
    };
    let format = move |_| {
        let Some(field) = field.get_untracked() else { return };
        // By our own parser: the browser's rounds large numbers.
        if let Ok(read) = serde_json::from_str::<Map<String, Value>>(&field.value()) {
            let text = serde_json::to_string_pretty(&read).unwrap_or_default();
            field.set_value(&text);
            typed.set(Some(text));
        }
    };
    let described = [name, "-said"].concat();
    let wants = problem.is_some() || theirs.is_some();
    // Leptos writes the children of a `textarea` as they are: one that says `</textarea>` would end it.
    let is_plain = !value.contains(['&', '<']);
    let text = if is_plain { value } else { value.replace('&', "&amp;").replace('<', "&lt;") };
    view! {
        <textarea
            class="textarea"
            id=name
            name=name
            aria-label=label
            aria-invalid=problem.map(|_| "true")
            aria-describedby=described.clone()
            autofocus=wants
            spellcheck="false"
            inner_html=text
            node_ref=field
            on:input=move |event| typed.set(Some(event_target_value(&event)))
        ></textarea>
        <div class="grid gap-1" id=described>
            {problem.map(|problem| view! { <p class="wrong"><Icon name="circle-alert" class="i-sm" />{problem}</p> })}
            {theirs.map(|theirs| view! {
                <p class="hint">"Somebody else saved this meanwhile. Saving puts yours in its place."</p>
                <pre class="code" tabindex="0" data-theirs="" aria-label="Theirs">{theirs}</pre>
            })}
            <p role="status" data-said="" class=move || said().0>{move || said().1}</p>
        </div>
        <div class="flex flex-wrap items-center gap-3">
            <span class="hint num" data-unsaved="">
                {move || Some(unsaved.get()).filter(|lines| *lines > 0).map(|lines| counted(lines, "unsaved line", "unsaved lines"))}
            </span>
            <button
                type="button"
                class="btn btn-quiet btn-sm ml-auto"
                class:invisible=move || !is_ready.get()
                disabled=is_wrong
                on:click=format
            >
                "Format"
            </button>
            <button class="btn btn-primary btn-sm" disabled=is_wrong>{save}</button>
        </div>
    }
}

/// Lines that are not saved as they are.
fn other_lines(typed: &str, saved: &str) -> i64 {
    let saved: Vec<_> = saved.lines().collect();
    i64::try_from(typed.lines().filter(|line| !saved.contains(line)).count()).unwrap_or(i64::MAX)
}

/// How many bytes a JSON object has without what is only there to be read, or what is wrong with it, in the words of the
/// browser.
fn weigh(text: &str) -> Result<i64, String> {
    let read = js_sys::JSON::parse(text).map_err(|error| String::from(js_sys::Error::from(error).message()))?;
    if !read.is_object() || js_sys::Array::is_array(&read) {
        return Err("It must be an object: { … }".to_owned());
    }
    let short = js_sys::JSON::stringify(&read).map(String::from).unwrap_or_default();
    Ok(i64::try_from(short.len()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_not_saved_are_counted_once_each() {
        assert_eq!(other_lines("{\r\n  \"a\": 1\r\n}", "{\n  \"a\": 1\n}"), 0);
        assert_eq!(other_lines("{\n  \"a\": 2,\n  \"b\": 1\n}", "{\n  \"a\": 1\n}"), 2);
    }
}
