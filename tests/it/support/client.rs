//! A client of the HTTP API that takes every answer as it comes.
#![allow(dead_code, reason = "each test module uses the helpers it needs")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The header of a body that is JSON.
pub const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    agent: ureq::Agent,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Reply {
    /// The JSON of the answer.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The code of a refusal.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_else(|| panic!("no error: {self:?}")).to_owned()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The JSON of an answer with a status.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// The refusal with a status and a code.
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:?}");
    }
}

impl Client {
    /// A client of the server at an address.
    pub fn new(address: SocketAddr) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self { address, agent: config.allow_non_standard_methods(true).build().new_agent() }
    }

    /// Where the server is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks with a token; without one where it is empty.
    pub fn ask(&self, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let reply = self.try_ask(token, method, path, headers, body);
        reply.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Asks; an error where the server goes away before it has answered.
    pub fn try_ask(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = match body {
            [] if method != "POST" && method != "PATCH" => self.agent.run(request.body(())?)?,
            body => self.agent.run(request.body(body)?)?,
        };
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec()?;
        Ok(Reply { status, headers, text: String::from_utf8_lossy(&body).into_owned() })
    }

    pub fn get(&self, token: &str, path: &str) -> Reply {
        self.ask(token, "GET", path, &[], b"")
    }

    pub fn post(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.ask(token, "POST", path, &JSON, body.to_string().as_bytes())
    }
}
