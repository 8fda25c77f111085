//! What pages are made of.

mod account;
mod act;
#[cfg(feature = "ssr")]
mod auth;
mod avatar;
mod badge;
mod banner;
mod bar;
mod brand;
mod chart;
mod code;
mod empty;
#[cfg(feature = "ssr")]
mod field;
mod form;
#[cfg(feature = "ssr")]
mod front;
mod icon;
mod json;
mod list;
mod listed;
mod live_table;
mod paging;
mod panel;
mod rail;
mod refused;
mod seats;
pub(crate) mod sky;
mod text;
mod theme_switch;
mod tile;
mod toast;
mod topbar;

pub(crate) use act::{Act, Carried, FreshToken, Outcome};
#[cfg(feature = "ssr")]
pub(crate) use auth::Auth;
pub(crate) use avatar::{Avatar, Portrait};
pub(crate) use badge::Badge;
pub(crate) use banner::Banner;
pub(crate) use bar::{Copy, CopyView, FilterBar, Segment, can_copy};
#[cfg(feature = "ssr")]
pub(crate) use brand::Mark;
pub(crate) use brand::Wordmark;
pub(crate) use chart::{Bars, Chart, Key, Lines, Slots, scale};
pub(crate) use code::Code;
pub(crate) use empty::{Bones, Empty, Failed};
#[cfg(feature = "ssr")]
pub(crate) use field::{Done, Field, Note, Told};
pub(crate) use form::{Back, OwnForm};
#[cfg(feature = "ssr")]
pub(crate) use front::{Brand, Foot, Front};
pub(crate) use icon::Icon;
pub(crate) use json::Json;
pub(crate) use list::{Asked, Choice, List, ListFrame, choice, rows};
pub(crate) use listed::{Listed, NoneFits};
pub(crate) use live_table::LiveTable;
pub(crate) use paging::Paging;
pub(crate) use panel::{Heading, Panel};
pub(crate) use rail::Rail;
pub(crate) use refused::{Refused, Typed};
pub(crate) use seats::Seats;
pub(crate) use text::{Either, Text, below};
pub(crate) use theme_switch::{ThemeSwitch, ThemeToggle};
pub(crate) use tile::{Change, Tile, Trend};
pub(crate) use toast::Toast;
pub(crate) use topbar::{LiveLight, Topbar};
