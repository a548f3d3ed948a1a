//! The published contract (OpenAPI 3.1), made from the routes and from the types that they read and write.

mod endpoint;

pub use endpoint::{Caller, Endpoint, Parameter};

use connect_core::api::Problem;
use endpoint::{Content, Reply};
use schemars::Schema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

pub const HTML: &str = "text/html";

const SCHEMAS: &str = "/components/schemas";

const ABOUT: &str = "What the connect widget asks of a server, and the pages that open it. \
     A user token from POST /v1/tokens stands for one user of one client; it is all that the widget gets to know. \
     Every refusal is a problem (RFC 9457) with a stable code. \
     Fields described as an addition are this server's own and optional for another backend.";

/// The document that describes these endpoints, all of which are below this path.
pub fn document(endpoints: &[Endpoint], below: &str) -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for endpoint in endpoints {
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Connect server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": if below.is_empty() { "/" } else { below }}],
        "paths": paths,
        "components": {
            "schemas": schemas.all(),
            "securitySchemes": {
                "user": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A user token from POST /v1/tokens.",
                },
                "client": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The client's id and secret. For the client's own server only.",
                },
                "secret": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The client's secret, which says who the client is. For the client's own server only.",
                },
            },
        },
    })
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let names = endpoint
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let described = |name: &str| endpoint.parameters.iter().any(|known| known.name == name);
    let plain = names.filter(|name| !described(name)).map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let parameters = plain.chain(endpoint.parameters.iter().map(Parameter::describe));
    let mut replies = Map::new();
    for reply in endpoint.all_replies() {
        replies.insert(reply.status.as_u16().to_string(), describe(&reply, schemas));
    }
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": match endpoint.caller {
            Caller::Anybody => json!([]),
            Caller::User => json!([{"user": []}]),
            Caller::Client => json!([{"client": []}, {"secret": []}]),
            Caller::UserOrClient => json!([{"user": []}, {"client": []}, {"secret": []}]),
        },
        "parameters": parameters.collect::<Value>(),
        "responses": replies,
    });
    if let Some(body) = &endpoint.body {
        operation["requestBody"] = json!({
            "required": body.required,
            "content": {body.media_type: {"schema": schemas.read(body.schema)}},
        });
    }
    operation
}

fn describe(reply: &Reply, schemas: &mut Schemas) -> Value {
    let mut described = json!({"description": reply.description});
    match &reply.content {
        Content::Nothing => {}
        Content::Json(schema) => {
            described["content"] =
                json!({"application/json": {"schema": schemas.written(*schema)}});
        }
        Content::Text(media_type) => {
            described["content"] = json!({*media_type: {"schema": {"type": "string"}}});
        }
        Content::Problem(codes) => described["content"] = problem(codes, schemas),
        Content::PageOrProblem(codes) => {
            described["content"] = problem(codes, schemas);
            described["content"][HTML] = json!({"schema": {"type": "string"}});
        }
    }
    let headers = reply.headers.iter().map(|(name, meaning)| {
        let header = json!({"description": meaning, "schema": {"type": "string"}});
        ((*name).to_owned(), header)
    });
    if !reply.headers.is_empty() {
        described["headers"] = Value::Object(headers.collect());
    }
    described
}

fn problem(codes: &[&str], schemas: &mut Schemas) -> Value {
    let problem = schemas.written(SchemaGenerator::subschema_for::<Problem>);
    let these = json!({"properties": {"code": {"enum": codes}}});
    let schema = json!({"allOf": [problem, these]});
    json!({"application/problem+json": {"schema": schema}})
}

/// Collects the types by name, as they are read and as they are written.
struct Schemas {
    reading: SchemaGenerator,
    writing: SchemaGenerator,
}

impl Schemas {
    fn new() -> Schemas {
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.definitions_path = SCHEMAS.into())
            .with_transform(RecursiveTransform(plain_words));
        Schemas {
            reading: settings.clone().for_deserialize().into_generator(),
            writing: settings.for_serialize().into_generator(),
        }
    }

    fn read(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.reading).to_value()
    }

    fn written(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.writing).to_value()
    }

    fn all(mut self) -> Map<String, Value> {
        let mut all = self.writing.take_definitions(true);
        for (name, schema) in self.reading.take_definitions(true) {
            let other = all.insert(name.clone(), schema.clone());
            debug_assert!(
                other.is_none_or(|other| other == schema),
                "{name} is read and written differently"
            );
        }
        all
    }
}

/// Names a type in a generator and gives back the reference to it.
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Links between items of the code lead nowhere outside of it.
fn plain_words(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`");
    }
}
