//! One route, said in the words of the API: what it takes, what it gives, and each way it can refuse.

use std::collections::BTreeMap;

use domain::{Error, Refusal};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr, Required};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use wire::{ApiError, FieldErrors, Page};

use super::BEARER;
use crate::error::Failure;

/// One route, as it is described.
pub(super) struct Route {
    method: HttpMethod,
    path: &'static str,
    operation: OperationBuilder,
    body: Option<RequestBody>,
    answer: (u16, Response),
    refusals: BTreeMap<u16, Refused>,
    schemas: Schemas,
}

/// The schemas a route names, with those they name in turn.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// The refusals of one status.
#[derive(Default)]
struct Refused {
    bodies: Vec<ApiError>,
    retry_after: bool,
}

pub(super) fn get(path: &'static str, id: &str, tag: &str) -> Route {
    Route::new(HttpMethod::Get, path, id, tag)
}

/// A route that changes something. A browser's cookie may do that only for a page of ours.
pub(super) fn post(path: &'static str, id: &str, tag: &str) -> Route {
    Route::new(HttpMethod::Post, path, id, tag).refuses([Failure::foreign_origin()])
}

/// As [`post`].
pub(super) fn patch(path: &'static str, id: &str, tag: &str) -> Route {
    Route::new(HttpMethod::Patch, path, id, tag).refuses([Failure::foreign_origin()])
}

/// As [`post`].
pub(super) fn delete(path: &'static str, id: &str, tag: &str) -> Route {
    Route::new(HttpMethod::Delete, path, id, tag).refuses([Failure::foreign_origin()])
}

impl Route {
    /// A route with what any route can answer.
    fn new(method: HttpMethod, path: &'static str, id: &str, tag: &str) -> Self {
        Self {
            method,
            path,
            operation: OperationBuilder::new().operation_id(Some(id)).tag(tag),
            body: None,
            answer: (200, Response::new("")),
            refusals: BTreeMap::new(),
            schemas: Vec::new(),
        }
        .refuses([
            Failure::of(&Error::Internal(String::new())),
            Failure::of(&Error::Busy(1)),
            Failure::of(&Error::Unavailable(1)),
            Failure::too_slow(),
            Failure::of(&Error::RateLimited(1)),
        ])
    }

    /// Its name in a few words, and what there is to know before one calls it.
    pub(super) fn does(mut self, summary: &str, description: &str) -> Self {
        self.operation = self.operation.summary(Some(summary)).description(Some(description));
        self
    }

    /// Whoever calls must be signed in.
    pub(super) fn for_users(mut self) -> Self {
        self.operation = self.operation.security(bearer());
        self.refuses([Failure::of(&Error::authentication_required()), Failure::of(&Error::invalid_token())])
    }

    /// Anybody may call; who is signed in may see more.
    pub(super) fn for_anybody_or_users(mut self) -> Self {
        self.operation = self.operation.security(SecurityRequirement::default()).security(bearer());
        self.refuses([Failure::of(&Error::invalid_token())])
    }

    /// The id in its path, and what has it.
    pub(super) fn id(mut self, what: &str) -> Self {
        let id = ObjectBuilder::new().schema_type(Type::Integer).format(Some(int64())).minimum(Some(1));
        let parameter = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(format!("The {what}.")))
            .schema(Some(id))
            .example(Some(json!(1)));
        self.operation = self.operation.parameter(parameter);
        self.refuses([Failure::of(&Error::not_found(what))])
    }

    /// Parameters of its query. One that breaks the rules is refused, as this input is.
    pub(super) fn query<T: IntoParams>(mut self) -> Self {
        for parameter in T::into_params(|| Some(ParameterIn::Query)) {
            self.operation = self.operation.parameter::<Parameter>(parameter);
        }
        self
    }

    /// Its body, with an example. It may be left out, and then counts as `{}`.
    pub(super) fn body<T: ToSchema>(mut self, what: &str, example: Value) -> Self {
        let content = self.json::<T>().example(Some(example)).build();
        self.body = Some(body(what, content));
        self.refuses([Failure::invalid_json(), Failure::too_large(), Failure::media_type()])
    }

    /// Its body may also be a form with one file, of this name.
    pub(super) fn or_file(mut self, name: &str) -> Self {
        let file = ObjectBuilder::new().schema_type(Type::String).format(Some(binary()));
        let form = ObjectBuilder::new().property(name, file).required(name);
        let content = Content::builder().schema(Some(form)).build();
        if let Some(body) = self.body.as_mut() {
            body.content.insert("multipart/form-data".to_owned(), RefOr::T(content));
        }
        self
    }

    /// As [`Self::body`], of a route that takes whatever comes.
    pub(super) fn body_of_any_kind<T: ToSchema>(mut self, what: &str, example: Value) -> Self {
        let content = self.json::<T>().example(Some(example)).build();
        self.body = Some(body(what, content));
        self
    }

    /// What its input must not be: the example of `validation_failed`.
    pub(super) fn refuses_input<T>(self, input: Result<T, FieldErrors>) -> Self {
        let errors = input.err().unwrap_or_default();
        self.refuses([Failure::of(&Error::Invalid(errors))])
    }

    /// What it gives when all went well.
    pub(super) fn gives<T: ToSchema + Serialize>(mut self, status: u16, what: &str, example: &T) -> Self {
        let content = self.json::<T>().example(serde_json::to_value(example).ok()).build();
        self.answer = (status, answer(what, content));
        self
    }

    /// A page of a list. Its schema has no name of its own: it is a list of rows that have one.
    pub(super) fn gives_page<T: ToSchema + Serialize>(mut self, what: &str, example: &Page<T>) -> Self {
        Page::<T>::schemas(&mut self.schemas);
        named::<T>(&mut self.schemas);
        let content = Content::builder().schema(Some(Page::<T>::schema()));
        self.answer = (200, answer(what, content.example(serde_json::to_value(example).ok()).build()));
        self
    }

    /// An empty object.
    pub(super) fn gives_nothing(mut self, what: &str) -> Self {
        let content = Content::builder().schema(Some(ObjectBuilder::new().schema_type(Type::Object)));
        self.answer = (200, answer(what, content.example(Some(json!({}))).build()));
        self
    }

    /// An object of no fixed shape, as in the example.
    pub(super) fn gives_object(mut self, what: &str, example: Value) -> Self {
        let content = Content::builder().schema(Some(ObjectBuilder::new().schema_type(Type::Object)));
        self.answer = (200, answer(what, content.example(Some(example)).build()));
        self
    }

    /// Ways it can refuse. What a route shares with others, the words above know already.
    pub(super) fn refuses<const N: usize>(mut self, failures: [Failure; N]) -> Self {
        for failure in failures {
            let refused = self.refusals.entry(failure.status().as_u16()).or_default();
            refused.retry_after |= failure.retry_after().is_some();
            refused.bodies.push(failure.body().clone());
        }
        self
    }

    /// Its path, method and operation, and the schemas it names.
    pub(super) fn described(mut self) -> (&'static str, HttpMethod, Operation, Schemas) {
        let (status, answer) = self.answer;
        self.operation = self.operation.request_body(self.body).response(status.to_string(), answer);
        named::<ApiError>(&mut self.schemas);
        for (status, refused) in self.refusals {
            self.operation = self.operation.response(status.to_string(), refused.described());
        }
        (self.path, self.method, self.operation.build(), self.schemas)
    }

    /// JSON of a type, whose schema gets a name.
    fn json<T: ToSchema>(&mut self) -> ContentBuilder {
        Content::builder().schema(Some(named::<T>(&mut self.schemas)))
    }
}

impl Refused {
    fn described(self) -> Response {
        let lines: Vec<_> = self.bodies.iter().map(line).collect();
        let examples = self.bodies.iter().map(|body| {
            let example = ExampleBuilder::new().summary(body.message.clone()).value(serde_json::to_value(body).ok());
            (body.error.to_string(), example)
        });
        let content =
            Content::builder().schema(Some(Ref::from_schema_name(ApiError::name()))).examples_from_iter(examples);
        let response = ResponseBuilder::new().description(lines.join("\n\n")).content("application/json", content);
        if !self.retry_after {
            return response.build();
        }
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let header =
            HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait before the next try."));
        response.header("Retry-After", header.build()).build()
    }
}

/// What a refusal says; of an input's, which is different each time, what there is to read in it.
fn line(body: &ApiError) -> String {
    match body.errors {
        Some(_) => format!("`{}`: Some fields need another value. `errors` says which and why.", body.error),
        None => format!("`{}`: {}", body.error, body.message),
    }
}

/// 401: who asks is not who they say.
pub(super) fn unauthenticated(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Unauthenticated(Refusal { code, message: message.to_owned() }))
}

/// 403: whoever asks may not.
pub(super) fn forbidden(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Forbidden(Refusal { code, message: message.to_owned() }))
}

/// 403: what a banned player is told, by whichever way in.
pub(super) fn banned() -> Failure {
    forbidden("banned", "This account is banned. The reason given is: “Spam”. Write to those who run the game.")
}

/// 403: whoever asks may, after another sign-in.
pub(super) fn stale() -> Failure {
    forbidden(
        "recent_login_required",
        "This needs a sign-in that is at most 10 minutes old. Sign in again, then repeat it.",
    )
}

/// 400: it does not fit the state things are in.
pub(super) fn unfit(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Unfit(Refusal { code, message: message.to_owned() }))
}

/// 410: it was there, and is used up or too old.
pub(super) fn gone(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Gone(Refusal { code, message: message.to_owned() }))
}

/// 409: it does not fit with what the caller has already.
pub(super) fn conflict(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Conflict(Refusal { code, message: message.to_owned() }))
}

/// 422: it makes sense, but cannot be done.
pub(super) fn impossible(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::Impossible(Refusal { code, message: message.to_owned() }))
}

/// 413: the input is larger than what is taken.
pub(super) fn too_large(code: &'static str, message: &str) -> Failure {
    Failure::of(&Error::TooLarge(Refusal { code, message: message.to_owned() }))
}

/// 503: what is kept outside of the database cannot be reached.
pub(super) fn storage_away() -> Failure {
    Failure::of(&Error::StorageUnavailable(2))
}

fn bearer() -> SecurityRequirement {
    SecurityRequirement::new(BEARER, [] as [&str; 0])
}

/// Not required: clients that were generated from an older document pass it among their options.
fn body(what: &str, content: Content) -> RequestBody {
    RequestBodyBuilder::new()
        .description(Some(what))
        .required(Some(Required::False))
        .content("application/json", content)
        .build()
}

fn answer(what: &str, content: Content) -> Response {
    ResponseBuilder::new().description(what).content("application/json", content).build()
}

/// Notes a type's schema, and those it names, and refers to it.
fn named<T: ToSchema>(schemas: &mut Schemas) -> Ref {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    Ref::from_schema_name(T::name())
}

fn binary() -> utoipa::openapi::SchemaFormat {
    utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Binary)
}

fn int64() -> utoipa::openapi::SchemaFormat {
    utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Int64)
}
