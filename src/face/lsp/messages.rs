//! What came in, as requests and notifications; and the answers to requests.

use super::wire::Frame;
use gen_lsp_types::json_rpc::{Error, Id, ResponseObject};
use gen_lsp_types::{ErrorCodes, LspErrorCodes, Request};
use serde_json::Value;

/// A message of the editor.
#[derive(Debug)]
pub enum Incoming {
    /// Asks for an answer.
    Request(Id, String, Value),
    /// Tells something.
    Notification(String, Value),
    /// Answers a request of ours.
    Response,
    /// No message: the id it may have been meant to have, and the answer.
    Bad(Id, Error),
}

/// The answer to a request.
pub type Answer = Result<Value, Error>;

/// Reads a frame.
pub fn incoming(frame: Frame) -> Incoming {
    let bytes = match frame {
        Frame::Message(bytes) => bytes,
        Frame::Bad(reason) => return Incoming::Bad(Id::Null, error(ErrorCodes::InvalidRequest, reason)),
    };
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&bytes) else {
        return Incoming::Bad(Id::Null, error(ErrorCodes::ParseError, "a message is one JSON object"));
    };
    let id = fields.remove("id").map(serde_json::from_value::<Id>);
    let params = fields.remove("params").unwrap_or_default();
    match (fields.remove("method"), id) {
        (Some(Value::String(method)), None) => Incoming::Notification(method, params),
        (Some(Value::String(method)), Some(Ok(id))) => Incoming::Request(id, method, params),
        (None, Some(Ok(_))) if fields.contains_key("result") || fields.contains_key("error") => Incoming::Response,
        (_, id) => {
            let id = id.and_then(Result::ok).unwrap_or(Id::Null);
            Incoming::Bad(id, error(ErrorCodes::InvalidRequest, "a message has a `method`, and an `id` if it asks"))
        }
    }
}

/// The response that carries an answer.
pub fn response(id: Id, answer: Answer) -> Value {
    match answer {
        Ok(result) => serde_json::json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => serde_json::to_value(ResponseObject::from_error(id, error)).expect("an error has string keys"),
    }
}

/// Answers a request of a type, where its parameters are of that type.
pub fn answer<R: Request>(params: Value, work: impl FnOnce(R::Params) -> R::Result) -> Answer {
    let params = read(params).map_err(|reason| error(ErrorCodes::InvalidParams, &reason))?;
    Ok(serde_json::to_value(work(params)).expect("the protocol's types have string keys"))
}

/// Reads parameters.
pub fn read<P: serde::de::DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|error| format!("the parameters cannot be read: {error}"))
}

/// An error of the transport.
pub fn error(code: ErrorCodes, message: &str) -> Error {
    Error { code, message: message.to_owned(), data: None }
}

/// The answer to a request that the editor has taken back.
pub fn cancelled() -> Error {
    error(ErrorCodes::Custom(LspErrorCodes::RequestCancelled.into()), "cancelled")
}
