//! One route: who answers it, and everything that is said of it to the outside.

use super::{HTML, SchemaOf};
use crate::app::Shared;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::routing::{MethodFilter, MethodRouter, on};
use connect_core::api::code;
use schemars::JsonSchema;
use schemars::generate::SchemaGenerator;
use serde_json::{Value, json};

pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    pub handler: MethodRouter<Shared>,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) caller: Caller,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    replies: Vec<Reply>,
}

/// Who must say who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Anybody,
    User,
    Client,
    /// A user with a token, or the client's server for any of its users.
    UserOrClient,
}

/// A parameter of the query or of the path, or a header.
pub struct Parameter {
    place: &'static str,
    pub(super) name: &'static str,
    meaning: &'static str,
    required: bool,
    schema: Value,
}

pub(super) struct Body {
    pub media_type: &'static str,
    /// The status of an answer to a body whose field is missing or wrong.
    wrong: StatusCode,
    pub required: bool,
    pub schema: SchemaOf,
}

#[derive(Clone)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub description: String,
    pub content: Content,
    pub headers: Vec<(&'static str, &'static str)>,
}

#[derive(Clone)]
pub(super) enum Content {
    Nothing,
    Json(SchemaOf),
    /// Of this media type.
    Text(&'static str),
    /// With one of these codes.
    Problem(Vec<&'static str>),
    /// A page for whoever takes one, else a problem.
    PageOrProblem(Vec<&'static str>),
}

impl Endpoint {
    pub fn get<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Endpoint {
        Endpoint::new(Method::GET, path, on(MethodFilter::GET, handler))
    }

    pub fn post<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Endpoint {
        Endpoint::new(Method::POST, path, on(MethodFilter::POST, handler))
    }

    pub fn put<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Endpoint {
        Endpoint::new(Method::PUT, path, on(MethodFilter::PUT, handler))
    }

    pub fn delete<H: Handler<T, Shared>, T: 'static>(path: &'static str, handler: H) -> Endpoint {
        Endpoint::new(Method::DELETE, path, on(MethodFilter::DELETE, handler))
    }

    fn new(method: Method, path: &'static str, handler: MethodRouter<Shared>) -> Endpoint {
        Endpoint {
            method,
            path,
            handler,
            id: "",
            summary: "",
            tag: "",
            caller: Caller::Anybody,
            parameters: Vec::new(),
            body: None,
            replies: Vec::new(),
        }
    }

    /// `id` is what a generated client calls it.
    pub fn named(mut self, tag: &'static str, id: &'static str, summary: &'static str) -> Endpoint {
        (self.tag, self.id, self.summary) = (tag, id, summary);
        self
    }

    pub fn by(mut self, caller: Caller) -> Endpoint {
        self.caller = caller;
        self
    }

    pub fn with(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Endpoint {
        self.parameters.extend(parameters);
        self
    }

    pub fn reads<T: JsonSchema>(mut self) -> Endpoint {
        self.body = Some(Body {
            media_type: "application/json",
            wrong: StatusCode::UNPROCESSABLE_ENTITY,
            required: true,
            schema: SchemaGenerator::subschema_for::<T>,
        });
        self
    }

    /// A body of another system, see `routes::body::Foreign`.
    pub fn reads_foreign<T: JsonSchema>(mut self) -> Endpoint {
        self = self.reads::<T>();
        let wrong = StatusCode::BAD_REQUEST;
        self.body.iter_mut().for_each(|body| body.wrong = wrong);
        self
    }

    pub fn may_read<T: JsonSchema>(mut self) -> Endpoint {
        self = self.reads::<T>();
        self.body.iter_mut().for_each(|body| body.required = false);
        self
    }

    pub fn may_read_form<T: JsonSchema>(mut self) -> Endpoint {
        self = self.may_read::<T>();
        let form = "application/x-www-form-urlencoded";
        self.body.iter_mut().for_each(|body| body.media_type = form);
        self
    }

    pub fn writes<T: JsonSchema>(self, status: StatusCode, description: &str) -> Endpoint {
        let content = Content::Json(SchemaGenerator::subschema_for::<T>);
        self.answers(status, description, content)
    }

    pub fn writes_nothing(self, status: StatusCode, description: &str) -> Endpoint {
        self.answers(status, description, Content::Nothing)
    }

    pub fn writes_text(
        self,
        status: StatusCode,
        media_type: &'static str,
        description: &str,
    ) -> Endpoint {
        self.answers(status, description, Content::Text(media_type))
    }

    /// A status may be told several times, each time with another code or another reason.
    pub fn refuses(
        mut self,
        status: StatusCode,
        code: &'static str,
        description: &str,
    ) -> Endpoint {
        refuse(&mut self.replies, status, code, description);
        self
    }

    /// A person looks at what it answers.
    pub fn is_page(&self) -> bool {
        let page = |reply: &Reply| matches!(reply.content, Content::Text(HTML));
        self.replies.iter().any(page)
    }

    fn answers(mut self, status: StatusCode, description: &str, content: Content) -> Endpoint {
        self.replies.push(Reply {
            status,
            description: description.into(),
            content,
            headers: Vec::new(),
        });
        self
    }

    /// What it answers itself, and what stands before it: its caller's proof, its body, the database.
    pub(super) fn all_replies(&self) -> Vec<Reply> {
        let mut all = self.replies.clone();
        let body = self.body.as_ref();
        let json = body.filter(|body| body.media_type == "application/json");
        if let Some(body) = json {
            let status = StatusCode::BAD_REQUEST;
            refuse(
                &mut all,
                status,
                code::MALFORMED_JSON,
                "The body is not valid JSON.",
            );
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            refuse(
                &mut all,
                status,
                code::BODY_TOO_LARGE,
                "The body has more than 64 KiB.",
            );
            let status = StatusCode::REQUEST_TIMEOUT;
            refuse(
                &mut all,
                status,
                code::REQUEST_TIMEOUT,
                "The body did not come in time.",
            );
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            refuse(
                &mut all,
                status,
                code::INVALID_REQUEST,
                "The body is not sent as JSON.",
            );
            refuse(
                &mut all,
                body.wrong,
                code::INVALID_REQUEST,
                "A field of the body is missing or wrong.",
            );
        }
        let status = StatusCode::UNAUTHORIZED;
        if matches!(self.caller, Caller::User | Caller::UserOrClient) {
            refuse(
                &mut all,
                status,
                code::INVALID_TOKEN,
                "There is no valid user token.",
            );
            refuse(
                &mut all,
                status,
                code::TOKEN_EXPIRED,
                "The user token has expired.",
            );
        }
        if matches!(self.caller, Caller::Client | Caller::UserOrClient) {
            refuse(
                &mut all,
                status,
                code::INVALID_CLIENT,
                "The client is unknown or its secret is wrong.",
            );
            refuse(
                &mut all,
                StatusCode::TOO_MANY_REQUESTS,
                code::RATE_LIMITED,
                "Too many wrong secrets came from this address, or for this client.",
            );
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        let often = "Too many requests came from this address.";
        match self.is_page() {
            true => show(&mut all, status, code::RATE_LIMITED, often),
            false => refuse(&mut all, status, code::RATE_LIMITED, often),
        }
        if self.caller != Caller::Anybody || json.is_some() {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            refuse(&mut all, status, code::INTERNAL, "The server failed.");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            refuse(&mut all, status, code::UNAVAILABLE, "The server is busy.");
        }
        for reply in &mut all {
            match reply.status {
                StatusCode::UNAUTHORIZED => reply
                    .headers
                    .push(("WWW-Authenticate", "The kind of proof that is needed.")),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    reply.headers.push(("Retry-After", "Seconds to wait."))
                }
                _ => {}
            }
        }
        all
    }
}

/// A browser is shown a page; who does not ask for one gets a problem.
fn show(replies: &mut Vec<Reply>, status: StatusCode, code: &'static str, description: &str) {
    let told = replies
        .extract_if(.., |reply| reply.status == status)
        .map(|reply| reply.description + " ");
    let description = told.collect::<String>() + description;
    replies.push(Reply {
        status,
        description,
        content: Content::PageOrProblem(vec![code]),
        headers: Vec::new(),
    });
}

fn refuse(replies: &mut Vec<Reply>, status: StatusCode, code: &'static str, description: &str) {
    let known = replies.iter_mut().find(|reply| reply.status == status);
    if let Some(Reply {
        description: told,
        content: Content::Problem(codes),
        ..
    }) = known
    {
        *told = format!("{told} {description}");
        if !codes.contains(&code) {
            codes.push(code);
        }
        return;
    }
    replies.push(Reply {
        status,
        description: description.into(),
        content: Content::Problem(vec![code]),
        headers: Vec::new(),
    });
}

impl Parameter {
    pub fn text(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter::new(name, meaning, json!({"type": "string"}))
    }

    pub fn header(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter {
            place: "header",
            ..Parameter::text(name, meaning)
        }
    }

    /// The part of a path that stands in braces; one of which nothing is said needs none.
    pub fn path(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter {
            place: "path",
            required: true,
            ..Parameter::text(name, meaning)
        }
    }

    /// Needed, with so many characters.
    pub fn needed(mut self, least: u32, most: Option<u32>) -> Parameter {
        self.required = true;
        self.schema["minLength"] = json!(least);
        match most {
            Some(most) => self.at_most(most),
            None => self,
        }
    }

    pub fn at_most(mut self, characters: u32) -> Parameter {
        self.schema["maxLength"] = json!(characters);
        self
    }

    /// A regular expression of ECMA-262.
    pub fn matching(mut self, pattern: &str) -> Parameter {
        self.schema["pattern"] = json!(pattern);
        self
    }

    /// These and no others; of a list each entry.
    pub fn one_of(mut self, values: &[&str]) -> Parameter {
        match self.schema.get_mut("items") {
            Some(items) => items["enum"] = json!(values),
            None => self.schema["enum"] = json!(values),
        }
        self
    }

    /// Separated by commas.
    pub fn list(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter::new(
            name,
            meaning,
            json!({"type": "array", "items": {"type": "string"}}),
        )
    }

    pub fn number(name: &'static str, meaning: &'static str, least: u32, usual: u32) -> Parameter {
        let schema = json!({"type": "integer", "minimum": least, "default": usual});
        Parameter::new(name, meaning, schema)
    }

    pub fn needed_number(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter {
            required: true,
            ..Parameter::new(name, meaning, json!({"type": "integer", "minimum": 0}))
        }
    }

    fn new(name: &'static str, meaning: &'static str, schema: Value) -> Parameter {
        Parameter {
            place: "query",
            name,
            meaning,
            required: false,
            schema,
        }
    }

    pub(super) fn describe(&self) -> Value {
        let mut described = json!({
            "name": self.name,
            "in": self.place,
            "description": self.meaning,
            "required": self.required,
            "schema": self.schema,
        });
        if self.schema["type"] == "array" {
            described["explode"] = json!(false);
        }
        described
    }
}
