//! Friends: the lists, which are live, and the way to somebody new.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wire::{Between, CirclePages, Face, Found, PublicUser};

use super::Part;
use crate::components::Icon;
use crate::fns::{self, Problem};
use crate::pages::friends::{Asked, FriendsPart as Lists, Shown, about_between, about_user, answers, player};
use crate::part::live_part;
use crate::said::Said;
use crate::words::{counted, figure};

/// The longest text that is looked for.
const SOUGHT: usize = 80;

/// What the part shows.
pub(super) struct Held {
    found: Option<Found>,
    shown: Shown,
}

impl Held {
    /// The address of the view.
    pub(super) fn address(&self) -> String {
        self.shown.asked.address()
    }
}

/// Reads what the address of the page asks for.
pub(super) async fn read() -> Result<Held, Problem> {
    let map = use_query_map().get_untracked();
    let page = |name: &str| map.get(name).and_then(|page| page.parse().ok()).filter(|page: &i64| *page > 0);
    let pages = CirclePages {
        friends: page("friends"),
        incoming: page("incoming"),
        outgoing: page("outgoing"),
        blocked: page("blocked"),
    };
    let q = map.get("q").map(|q| q.trim().chars().take(SOUGHT).collect::<String>()).filter(|q| !q.is_empty());
    let found = match &q {
        Some(q) => Some(fns::friends::look_for(q.clone()).await?),
        None => None,
    };
    Ok(Held { found, shown: Shown { asked: Asked { q, pages }, circle: fns::circle(pages).await? } })
}

/// The part of the settings.
#[component]
pub(super) fn FriendsPart(said: Said, held: Held) -> impl IntoView {
    let Held { found, shown } = held;
    let asked = shown.asked.clone();
    view! {
        <Part id="friends" title="Friends" what="Who they are, who asks, and whom you block." said=said>
            <Search asked found />
            {live_part("friends", &shown, |token| view! { <Lists state=shown.clone() token /> })}
        </Part>
    }
}

/// The way to somebody new.
#[component]
fn Search(asked: Asked, #[prop(optional_no_strip)] found: Option<Found>) -> impl IntoView {
    let Asked { q, pages } = asked;
    let pages = [
        ("friends", pages.friends),
        ("incoming", pages.incoming),
        ("outgoing", pages.outgoing),
        ("blocked", pages.blocked),
    ];
    let kept =
        pages.into_iter().filter_map(|(name, page)| Some(view! { <input type="hidden" name=name value=page? /> }));
    let kept = kept.collect_view();
    let sought = q.clone();
    let found = found.map(|found| view! { <Players sought=sought.unwrap_or_default() found /> });
    view! {
        <form method="get" action="/users/settings#friends" class="flex flex-wrap items-end gap-3 max-w-sm" role="search">
            {kept}
            <div class="field flex-1 min-w-40">
                <label for="friends-q">"Find players"</label>
                <input class="input input-lg w-full" id="friends-q" type="search" name="q" value=q maxlength="80" autocomplete="off" />
            </div>
            <button class="btn btn-quiet btn-lg"><Icon name="search" />"Find"</button>
        </form>
        {found}
    }
}

/// Who was found, and how many there are.
#[component]
fn Players(sought: String, found: Found) -> impl IntoView {
    let Found { players, total, is_minimum } = found;
    let shown = i64::try_from(players.len()).unwrap_or(i64::MAX);
    let is_nobody = players.iter().all(|(_, between)| *between == Between::Oneself);
    let rest = (total > shown).then(|| {
        let more = if is_minimum { "+" } else { "" };
        format!(
            "The first {} of {}{more}. Type more of the name to find others.",
            counted(shown, "player", "players"),
            figure(total)
        )
    });
    view! {
        {is_nobody.then(|| view! { <p class="text-sm text-muted mt-3 wrap-anywhere">"Nobody else is called “" {sought} "”. Try a part of the name, or the player's number."</p> })}
        <ul class="sessions mt-2" aria-label="Players found">{players.into_iter().map(found_row).collect_view()}</ul>
        {rest.map(|rest| view! { <p class="text-sm text-muted mt-2 num">{rest}</p> })}
    }
}

/// Whoever was found, with the acts that fit what is between the two.
fn found_row((found, between): (PublicUser, Between)) -> impl IntoView {
    let PublicUser { id, display_name, profile_url, .. } = found;
    let name = display_name.unwrap_or_else(|| format!("player-{id}"));
    let block = || about_user("block-user", id, "Block", format!("Block {name}"));
    let (is, acts) = match between {
        Between::Oneself => (" · you", ().into_any()),
        Between::Nothing => {
            let ask = about_user("ask", id, "Ask", format!("Ask {name} to be friends"));
            ("", view! { {ask} {block()} }.into_any())
        }
        Between::Friends(friendship) => {
            let remove = about_between("remove", friendship, "Remove", format!("Remove {name} from your friends"));
            (" · your friend", view! { {remove} {block()} }.into_any())
        }
        Between::Asked(friendship) => {
            let label = format!("Cancel your request to {name}");
            (" · you asked them", about_between("remove", friendship, "Cancel", label))
        }
        Between::AsksYou(friendship) => (" · asks you", answers(friendship, &name).into_any()),
        Between::Blocked(friendship) => {
            (" · you block them", about_between("unblock", friendship, "Unblock", format!("Unblock {name}")))
        }
    };
    let face = Face { id, name: name.clone(), picture: profile_url };
    player(Signal::stored(face), Signal::stored(format!("player {id}{is}")), acts)
}
