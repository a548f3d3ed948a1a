//! One call to Enable Banking, signed.

use super::token::Signer;
use super::trouble::Trouble;
use crate::aggregators::http::Client;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use url::Url;

pub(super) struct Calls {
    pub http: Client,
    pub base: Url,
    pub signer: Signer,
    pub application_id: String,
    /// Registered at Enable Banking.
    pub callback: Url,
    pub patience: Duration,
}

/// A call that is to be made.
pub(super) struct Call<'a> {
    pub method: Method,
    pub path: &'a [&'a str],
    pub query: &'a [(&'a str, &'a str)],
    pub headers: &'a [(String, String)],
    pub body: Option<Value>,
}

impl Call<'_> {
    pub(super) fn get<'a>(path: &'a [&'a str]) -> Call<'a> {
        Call {
            method: Method::GET,
            path,
            query: &[],
            headers: &[],
            body: None,
        }
    }

    pub(super) fn post<'a>(path: &'a [&'a str], body: Value) -> Call<'a> {
        let method = Method::POST;
        let body = Some(body);
        Call {
            method,
            body,
            ..Call::get(path)
        }
    }
}

impl Calls {
    pub(super) async fn make<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Trouble> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(call.path);
        }
        let token = self.signer.token();
        let token = token.ok_or_else(|| self.misconfigured("Its key cannot sign."))?;
        let mut request = self
            .http
            .request(call.method, url)
            .timeout(self.patience)
            .bearer_auth(token);
        if !call.query.is_empty() {
            request = request.query(call.query);
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let reply = self.http.send(request).await?;
        match reply.status.is_success() {
            true => Ok(reply.json()?),
            false => Err(self.trouble(&reply)),
        }
    }
}
