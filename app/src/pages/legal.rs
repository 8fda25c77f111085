//! What every site owes its visitors: what becomes of their data, on which terms they play, and how data is deleted.
//!
//! The texts say what this server does, and no more. An operator who needs other ones names their addresses in the theme.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Front;
use crate::game::{Game, SmallPrint};

#[component]
fn Text(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <Title text=Game::title(title) />
        <Front>
            <article class="prose">
                <h1>{title}</h1>
                {children()}
            </article>
        </Front>
    }
}

/// Where the operator can be reached, as far as the theme says.
#[component]
fn Operator() -> impl IntoView {
    match Game::theme().contact_url.clone() {
        Some(contact) => view! { <a class="text-link" href=contact>"the people who run this server"</a> }.into_any(),
        None => "the people who run this server".into_any(),
    }
}

/// What is kept about players, and why.
#[component]
pub(crate) fn Privacy() -> impl IntoView {
    let title = Game::theme().title.clone();
    view! {
        <Text title="Privacy">
            <p class="lead">"What the server of " {title} " keeps about you, why, and for how long."</p>
            <h2>"What is kept"</h2>
            <ul>
                <li><b>"Your account"</b>": a number, the name other players see, when it was made, and what the game itself notes about you."</li>
                <li><b>"Your device, if you sign in by it"</b>": only a fingerprint (a hash) of the id that the game sends. The id cannot be read back from it."</li>
                <li><b>"Your e-mail address and password, if you sign in by them"</b>": the address, and of the password only a hash that cannot be turned back."</li>
                <li><b>"Your sessions"</b>": how and when you signed in, when the session was last renewed, and when it ends."</li>
                <li><b>"Your lobbies"</b>": those you open, with their titles and what the game notes in them, and which one you sit in."</li>
                <li><b>"Traces"</b>": the server writes down what is asked of it, so that faults can be found. How long that stays is up to the people who run it."</li>
            </ul>
            <h2>"What it is for"</h2>
            <p>"To sign you in, to seat you with others, and to keep the server safe. It is not sold, and this server sends it to nobody else. Other players see your name and the lobby you sit in; a hidden lobby is seen by its members and the people who run the server."</p>
            <h2>"For how long"</h2>
            <ul>
                <li>"A session lasts 30 days at most, and ends earlier when you sign out."</li>
                <li>"A lobby goes when the last player leaves it, unless the server itself keeps it open."</li>
                <li>"Your account stays until it is deleted."</li>
            </ul>
            <h2>"Cookies"</h2>
            <p>"A few, all of this site alone and none for advertising: one keeps you signed in on these pages, one shows that a form you send was loaded in your browser, and one remembers whether you like the pages light or dark. A game that runs in the browser may have two more, which keep you signed in to it."</p>
            <h2>"What the game does"</h2>
            <p>"The game on your device, and the network between, are not part of this server. Their makers say what they keep."</p>
            <p>"Questions? Ask " <Operator /> ". To have your data deleted, see " <a class="text-link" href=SmallPrint::DataDeletion.address()>"Delete your data"</a> "."</p>
        </Text>
    }
}

/// On which terms one plays here.
#[component]
pub(crate) fn Terms() -> impl IntoView {
    let title = Game::theme().title.clone();
    view! {
        <Text title="Terms">
            <p class="lead">"What you may expect of the server of " {title} ", and what is expected of you."</p>
            <h2>"Your account"</h2>
            <p>"Keep your password and your device to yourself: whoever has them plays as you. If you think that somebody else does, tell " <Operator /> "."</p>
            <h2>"Playing fair"</h2>
            <ul>
                <li>"Leave others their game: no threats, no hate, no spam, and no names or titles that carry them."</li>
                <li>"Play with the game as it is: no cheating, and no programs that play for you."</li>
                <li>"Leave the server standing: no flooding, and no looking for ways around its limits. If you find one, tell the people who run it."</li>
            </ul>
            <h2>"What may happen"</h2>
            <p>"Lobbies that break these rules may be closed, and accounts too."</p>
            <h2>"No promises"</h2>
            <p>"The server is offered as it is. It may stop, change or lose what it keeps, and nobody owes you anything for that, as far as the law where you live allows."</p>
            <p>"What is kept about you stands under " <a class="text-link" href=SmallPrint::Privacy.address()>"Privacy"</a> "."</p>
        </Text>
    }
}

/// How data is deleted.
#[component]
pub(crate) fn DataDeletion() -> impl IntoView {
    let title = Game::theme().title.clone();
    view! {
        <Text title="Delete your data">
            <p class="lead">"How to have what the server of " {title} " keeps about you deleted."</p>
            <h2>"Ask for it"</h2>
            <p>"Write to " <Operator /> " and say which account is yours: by the e-mail address you sign in with, by its number, or by your name in the game. You may be asked to show that the account is yours."</p>
            <h2>"What goes"</h2>
            <p>"The account goes, and with it your name, your e-mail address, your password's hash and your device's fingerprint, your sessions, and your seat. It cannot be undone."</p>
            <h2>"What stays"</h2>
            <p>"A lobby that you opened stays for the players who still sit in it, without you. Copies that the people who run the server made to be safe go when those copies do."</p>
            <h2>"What you can do yourself"</h2>
            <p>"Sign out, on this site or in the game: that ends the session, and nobody can go on with it. Leave your lobby: if you were the last in it, the lobby is gone."</p>
            <p>"What is kept, and why, stands under " <a class="text-link" href=SmallPrint::Privacy.address()>"Privacy"</a> "."</p>
        </Text>
    }
}
