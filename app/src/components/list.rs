//! The frame of the dashboard's lists: the heading, what a list can be narrowed to, and its rows as they come. Every view
//! has an address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::{Page, PageQuery};

use crate::address::address;
use crate::components::{Bones, CopyView, Failed, FilterBar, Heading, Segment};
use crate::fns::Problem;

/// A list: where it is, and what its addresses call things.
#[derive(PartialEq, Eq)]
pub(crate) struct List {
    /// Its address without filters.
    pub(crate) path: &'static str,
    /// What is searched for.
    pub(crate) search: &'static str,
    /// What the segments choose among.
    pub(crate) choice: &'static str,
    /// What else it can be narrowed to.
    pub(crate) more: &'static [&'static str],
}

/// What the address of a list asks for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    list: &'static List,
    pub(crate) search: Option<String>,
    pub(crate) choice: Option<String>,
    /// The order, where there are several.
    pub(crate) sort: Option<String>,
    more: Vec<(&'static str, String)>,
    page: Option<i64>,
}

impl Asked {
    /// By the address of the page.
    pub(crate) fn here(list: &'static List) -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| query.with(|query| Self::by(list, query)))
    }

    fn by(list: &'static List, query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        Self {
            list,
            search: given(list.search),
            choice: given(list.choice),
            sort: given("sort"),
            more: list.more.iter().filter_map(|key| Some((*key, given(key)?))).collect(),
            page: given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1),
        }
    }

    /// Which rows of the list.
    pub(crate) fn page(&self) -> PageQuery {
        PageQuery { page: self.page, ..PageQuery::default() }
    }

    /// The address of the list without filters.
    pub(crate) fn path(&self) -> &'static str {
        self.list.path
    }

    /// The address of a page of the list.
    pub(crate) fn address(&self, page: i64) -> String {
        self.address_with(page, ("", None))
    }

    /// The same with something open beside it.
    pub(crate) fn address_with(&self, page: i64, open: (&str, Option<&str>)) -> String {
        let page = (page > 1).then(|| page.to_string());
        let kept = self.kept();
        let kept = kept.iter().map(|(key, value)| (*key, Some(value.as_str())));
        let query: Vec<_> = kept.chain([("page", page.as_deref()), open]).collect();
        address(self.list.path, &query)
    }

    /// What is asked for, but for the page.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let Self { list, search, choice, sort, more, .. } = self;
        let first = [(list.search, search), (list.choice, choice)];
        let given = |(key, value): (&'static str, &Option<String>)| Some((key, value.clone()?));
        let more = more.iter().cloned();
        first.into_iter().filter_map(given).chain(more).chain(given(("sort", sort))).collect()
    }

    /// What else is asked for, by its name in the address.
    pub(crate) fn given(&self, key: &str) -> Option<&str> {
        self.more.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }

    /// Whether not all rows are asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.choice.is_some() || !self.more.is_empty()
    }

    /// The address with something else asked for, or not any more, from its first page on.
    pub(crate) fn with(&self, changes: &[(&'static str, Option<&str>)]) -> String {
        let mut asked = self.clone();
        for (key, value) in changes {
            asked.more.retain(|(name, _)| name != key);
            asked.more.extend(value.map(|value| (*key, value.to_owned())));
        }
        asked.address(1)
    }

    /// The address of another order, from its first page on.
    pub(crate) fn sorted(&self, by: Option<&str>) -> String {
        Self { sort: by.map(str::to_owned), ..self.clone() }.address(1)
    }

    /// The address of another choice, from its first page on.
    fn chosen(&self, choice: Option<&str>) -> String {
        Self { choice: choice.map(str::to_owned), ..self.clone() }.address(1)
    }
}

/// One of what a list can be narrowed to: its word, its name in the address (none for all), and how many there are, where
/// they are counted.
pub(crate) type Choice = (&'static str, Option<&'static str>, Option<Signal<i64>>);

/// A choice that is not counted.
pub(crate) fn choice(label: &'static str, name: Option<&'static str>) -> Choice {
    (label, name, None)
}

/// The heading of a list and its filters, above its rows.
#[component]
pub(crate) fn ListFrame(
    asked: Memo<Asked>,
    title: &'static str,
    /// The line under the title.
    #[prop(into)]
    line: ViewFnOnce,
    /// What is said of the last act.
    #[prop(optional, into)]
    said: ViewFnOnce,
    /// What can be searched for.
    label: &'static str,
    /// What the choices tell apart.
    kind: &'static str,
    choices: Vec<Choice>,
    /// What else it can be narrowed to.
    #[prop(optional, into)]
    further: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let list = asked.with_untracked(|asked| asked.list);
    let segment = |(label, name, count): Choice| Segment {
        label,
        count,
        href: Signal::derive(move || asked.with(|asked| asked.chosen(name))),
        current: Signal::derive(move || asked.with(|asked| asked.choice.as_deref() == name)),
    };
    let also = |key: &&'static str| {
        let key = *key;
        (key, Signal::derive(move || asked.with(|asked| asked.given(key).map(str::to_owned))))
    };
    let mut keep: Vec<_> = list.more.iter().map(also).collect();
    keep.push((list.choice, Signal::derive(move || asked.with(|asked| asked.choice.clone()))));
    keep.push(("sort", Signal::derive(move || asked.with(|asked| asked.sort.clone()))));
    view! {
        <Title text=format!("{title} · GameServer") />
        <Heading title line actions=CopyView />
        {said.run()}
        <FilterBar
            path=list.path
            name=list.search
            label
            value=Signal::derive(move || asked.with(|asked| asked.search.clone().unwrap_or_default()))
            keep=keep
            kind
            segments=choices.into_iter().map(segment).collect()
        />
        {further.run()}
        {children()}
    }
}

/// The rows that an address asks for, as they come: where none could be had, `failed` says which.
pub(crate) fn rows<T, F>(
    asked: Memo<Asked>,
    ask: fn(Asked) -> F,
    failed: &'static str,
    table: fn(Asked, Page<T>) -> AnyView,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    F: Future<Output = Result<Page<T>, Problem>> + Send + 'static,
{
    let page = Resource::new(move || asked.get(), ask);
    view! {
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => table(asked.get_untracked(), page),
                    Err(problem) => view! { <Failed what=failed problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: List = List { path: "/admin/users", search: "q", choice: "role", more: &["device", "way"] };

    fn asked(query: &[(&str, &str)]) -> Asked {
        let mut map = ParamsMap::new();
        for (key, value) in query {
            map.insert((*key).to_owned(), (*value).to_owned());
        }
        Asked::by(&LIST, &map)
    }

    #[test]
    fn a_view_keeps_its_address_and_another_choice_begins_at_its_first_page() {
        let view = asked(&[("q", "a b"), ("role", "guest"), ("sort", "name"), ("page", "3"), ("user", "7")]);
        assert_eq!(view.page().page, Some(3));
        assert_eq!(view.address(3), "/admin/users?q=a%20b&role=guest&sort=name&page=3");
        assert_eq!(view.address_with(1, ("user", Some("7"))), "/admin/users?q=a%20b&role=guest&sort=name&user=7");
        assert_eq!(view.chosen(Some("admin")), "/admin/users?q=a%20b&role=admin&sort=name");
        assert_eq!(view.chosen(None), "/admin/users?q=a%20b&sort=name");
        assert_eq!(view.sorted(None), "/admin/users?q=a%20b&role=guest");
    }

    #[test]
    fn what_else_is_asked_for_comes_and_goes_by_itself() {
        let view = asked(&[("q", "a"), ("way", "b c"), ("sort", "name"), ("page", "3")]);
        assert!(view.is_narrowed() && !asked(&[("page", "3")]).is_narrowed());
        assert_eq!(view.given("way"), Some("b c"));
        assert_eq!(view.address(2), "/admin/users?q=a&way=b%20c&sort=name&page=2");
        assert_eq!(view.chosen(Some("admin")), "/admin/users?q=a&role=admin&way=b%20c&sort=name");
        assert_eq!(view.with(&[("device", Some("true"))]), "/admin/users?q=a&way=b%20c&device=true&sort=name");
        assert_eq!(view.with(&[("way", None)]), "/admin/users?q=a&sort=name");
    }

    #[test]
    fn what_asks_for_nothing_is_left_out() {
        let view = asked(&[("q", " "), ("role", ""), ("page", "1")]);
        assert_eq!((view.address(1).as_str(), view.page().page), ("/admin/users", None));
        for page in ["0", "-2", "x", "99999999999999999999"] {
            assert_eq!(asked(&[("page", page)]).page().page, None, "{page}");
        }
    }
}
