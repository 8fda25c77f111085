//! Every type that crosses a wire, one file per noun: ids, views, inputs with their validation, pages, errors.
//!
//! The REST skin, the socket, the server functions and the browser all speak these types, so a field cannot mean two
//! things. The crate knows serde and nothing else of ours, and builds for WASM.

mod accounts;
mod audit;
mod avatars;
mod check;
mod connections;
mod cursor;
mod email;
mod error;
mod friends;
mod health;
mod history;
mod ids;
mod jobs;
mod keys;
mod lobbies;
mod name;
mod overview;
mod page;
mod play;
mod query;
mod redacted;
mod sessions;
mod theme;
mod tickets;
mod time;
mod topic;
mod unknown;
mod users;

pub use accounts::{
    AuthSession, AuthUser, CheckedRegistration, DisplayName, Done, EmailChange, Entered, GuestEntered, LinkToken,
    MailWanted, Message, PasswordChange, PasswordReset, Profile, Registration, Renamed, UnlinkDevice, Upgraded, WhoAmI,
};
pub use audit::{AuditEntry, AuditFilter};
pub use avatars::{AvatarAnswer, NewAvatar};
pub use check::FieldErrors;
pub use connections::{Connection, ConnectionClosed, ConnectionFilter, ConnectionOpened};
pub use cursor::Cursor;
pub use email::{EMAIL_BYTES, email};
pub use error::ApiError;
pub use friends::{
    Acquaintance, Acquaintances, AdminFriendship, Between, Blocked, Circle, CirclePages, Found, Friend, FriendFilter,
    FriendPresence, FriendRequest, FriendRequests, FriendStatus, FriendsSeat, Friendship, NewBlock, NewFriend,
    RequestSide, RequestsMeta, TwoCounts, TwoFlags,
};
pub use health::{Health, Readiness, ReadinessChecks};
pub use history::{History, HistoryPoint};
pub use ids::{FriendshipId, LobbyId, SessionId, UserId};
pub use jobs::{AdminJob, JobFilter};
pub use keys::{PublicKey, PublicKeys};
pub use lobbies::{
    AdminLobby, AdminLobbyFilter, AdminLobbyPatch, CODE_ALPHABET, CODE_LENGTH, HostPolicy, Invitation, InviteFriend,
    JoinByCode, JoinLobby, KickMember, Lobby, LobbyEvent, LobbyFilter, LobbyGone, LobbyMember, LobbyPatch, LobbyRules,
    LobbySeen, LogKind, LostBy, LostSeat, MemberAway, MemberBack, MemberChanged, MemberPatch, MembershipChanged,
    NewLobby, QuickJoin, SeatsCount,
};
pub use overview::Overview;
pub use page::{Meta, Page, PageQuery};
pub use play::{Face, Invited, LobbyCard, Play, PlayFilter, Room, Sitting, SwitchLobby};
pub use sessions::{
    AdminSession, DeviceLogin, EndSessions, OpenSession, OpenSessions, PasswordLogin, RefreshToken, SessionFilter,
    TokenAnswer, Tokens,
};
pub use theme::{Colors, Feature, THEME_FEATURES, THEME_LINKS, Theme, UsefulLink};
pub use tickets::Ticket;
pub use topic::Topic;
pub use unknown::UnknownWord;
pub use users::{
    AdminUser, FirstAdmin, Me, NewAdmin, NewBan, PublicUser, UserChanged, UserFile, UserFilter, UserGone, UserPatch,
    UserSearch, Viewer, WayIn,
};
